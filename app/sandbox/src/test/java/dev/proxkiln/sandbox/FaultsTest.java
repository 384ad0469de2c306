package dev.proxkiln.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Trouble on demand, and what a node leaves behind in it. */
final class FaultsTest extends NodeFixture {

  @Test
  void refusesChangesWithoutQuorumButStillReads() {
    create(100, "scsi0", "local-lvm:1");
    api.sandbox("POST", "/faults", "{\"quorum\":false}");
    String lost = "cluster not ready - no quorum?";
    assertThat(tryCreate(101).message()).isEqualTo(lost);
    assertThat(api.put(guest(100) + "/config", "memory", "512").message()).isEqualTo(lost);
    assertThat(api.post(guest(100) + "/clone", "newid", "102").message()).isEqualTo(lost);
    assertThat(api.await(api.post(guest(100) + "/template"))).isEqualTo(lost);
    assertThat(api.await(api.delete(guest(100)))).isEqualTo(lost);
    assertThat(api.get(guest(100) + "/config").status()).isEqualTo(200);
    assertThat(volumes("local-lvm")).hasSize(1);
    JsonNode status = api.get("/cluster/status").data();
    assertThat(status.path(0).path("quorate").asInt(-1)).isZero();
    api.sandbox("DELETE", "/faults", "");
    ok(api.delete(guest(100)));
  }

  @Test
  void failsAnImportHalfWayAndLeavesNothing() {
    sandbox.faults().failNext("qmcreate", 50, "copy failed: input/output error");
    Api.Answer answer = tryCreate(100, template("local-lvm", image("d.qcow2", 64).toString()));
    assertThat(api.await(answer))
        .isEqualTo("unable to create VM 100 - copy failed: input/output error");
    assertThat(api.log(answer)).anyMatch(line -> line.startsWith("transferred "));
    assertThat(volumes("local-lvm")).isEmpty();
    assertThat(api.get(guest(100) + "/config").status()).isEqualTo(500);
    create(100, template("local-lvm", image("d.qcow2", 64).toString()));
  }

  @Test
  void failsACloneHalfWayAndLeavesNothing() {
    create(100, template("local-zfs", image("d.qcow2", 16).toString()));
    ok(api.post(guest(100) + "/template"));
    List<String> before = volumes("local-zfs");
    sandbox.faults().failNext("qmclone", 50, "out of luck");
    assertThat(api.await(api.post(guest(100) + "/clone", "newid", "101")))
        .isEqualTo("clone failed: out of luck");
    assertThat(volumes("local-zfs")).isEqualTo(before);
    assertThat(api.get(guest(101) + "/config").status()).isEqualTo(500);
  }

  @Test
  void leavesAHalfMadeTemplateWhenTheConversionFails() {
    create(100, "scsi0", "local-lvm:1", "scsi1", "local-lvm:1");
    sandbox.faults().failNext("qmtemplate", 0, "lvrename failed");
    assertThat(api.await(api.post(guest(100) + "/template"))).isEqualTo("lvrename failed");
    assertThat(config(100).path("template").asInt()).isEqualTo(1);
    assertThat(volume(100, "scsi0")).isEqualTo("local-lvm:base-100-disk-0");
    assertThat(volume(100, "scsi1")).isEqualTo("local-lvm:vm-100-disk-1");
  }

  @Test
  void endsATaskWithWarnings() {
    sandbox.faults().warnNext("qmcreate", "careful");
    Api.Answer answer = tryCreate(100);
    assertThat(api.await(answer)).isEqualTo("WARNINGS: 1");
    assertThat(api.log(answer)).endsWith("WARN: careful", "TASK WARNINGS: 1");
    assertThat(api.get(guest(100) + "/config").status()).isEqualTo(200);
  }

  @Test
  void slowsTasksDownAndLetsThemBeStopped() {
    sandbox.faults().delay("qmcreate", Duration.ofSeconds(60));
    Api.Answer answer = tryCreate(100);
    String upid = answer.data().asString();
    assertThat(upid)
        .matches("UPID:pve:[0-9A-F]{8}:[0-9A-F]{8,9}:[0-9A-F]{8}:qmcreate:100:root@pam:");
    JsonNode active = api.get("/nodes/pve/tasks", "source", "active", "vmid", "100").data().path(0);
    assertThat(active.path("upid").asString()).isEqualTo(upid);
    String path = "/nodes/pve/tasks/" + upid;
    assertThat(api.get(path + "/status").data().path("status").asString()).isEqualTo("running");
    assertThat(api.get(path + "/status").data().has("exitstatus")).isFalse();
    assertThat(api.delete(path).status()).isEqualTo(200);
    Awaitility.await()
        .until(
            () ->
                api.get(path + "/status")
                    .data()
                    .path("exitstatus")
                    .asString("")
                    .equals("received interrupt"));
    assertThat(api.get(guest(100) + "/config").status()).isEqualTo(500);
  }

  @Test
  void removesAHalfCopiedDiskWhenTheTaskIsStopped() throws Exception {
    sandbox.faults().stallNext("qmcreate", Duration.ofSeconds(60));
    Api.Answer answer = tryCreate(100, template("local-lvm", image("d.qcow2", 64).toString()));
    Awaitility.await().until(() -> volumes("local-lvm").size() == 1);
    api.delete("/nodes/pve/tasks/" + answer.data().asString());
    assertThat(api.await(answer)).endsWith("received interrupt");
    assertThat(volumes("local-lvm")).isEmpty();
    assertThat(api.get(guest(100) + "/config").status()).isEqualTo(500);
  }

  @Test
  void keepsTheLockOfAGuestWhoseMakerWasKilled() throws Exception {
    sandbox.faults().delay("qmcreate", Duration.ofMillis(300));
    tryCreate(100);
    assertThat(option(100, "lock")).isEqualTo("create");
    Awaitility.await().until(() -> option(100, "lock").isEmpty());
    restart();
    assertThat(api.get("/nodes/pve/tasks", "vmid", "100").data().path(0).path("status").asString())
        .isEqualTo("OK");
  }
}
