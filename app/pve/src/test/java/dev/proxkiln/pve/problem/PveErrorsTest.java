package dev.proxkiln.pve.problem;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.core.problem.Problem;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PveErrorsTest {

  /** The words as seen on 8.4 and 9.2, or as they stand in the Perl sources. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          vmid-taken | unable to create VM 300 - VM 300 already exists on node 'pve'
          vmid-taken | CT 200 already exists on node 'pve'
          vmid-taken | unable to create VM 102: config file already exists
          vmid-taken | unable to create VM 102 - config file already exists
          guest-missing | Configuration file 'nodes/pve/qemu-server/100.conf' does not exist
          guest-missing | unable to find configuration file for VM 100 on node 'pve'
          guest-locked | VM is locked (backup)
          guest-locked | CT is locked (snapshot-delete)
          guest-running | VM 100 is running - destroy failed
          guest-running | you can't convert a VM to template if VM is running
          guest-stopped | VM 100 not running
          guest-stopped | VM 100 is not running
          guest-is-template | you can't start a vm if it's a template
          guest-is-template | you can't convert a template to a template
          protected | can't remove VM 100 - protection mode enabled
          storage-missing | storage 'x' does not exist
          storage-offline | storage 'x' is disabled
          storage-offline | storage 'x' is not available on node 'y'
          storage-offline | storage 'x' is not online
          storage-content | storage 'local' does not support vm images
          storage-content | storage local does not support vm images
          storage-content | storage 'local' does not support container directories
          storage-content | storage 'local' is not configured for content-type 'import'
          storage-content | unsupported format 'qcow2'
          storage-full | lvcreate 'pve/vm-9' error:   Volume group "pve" has insufficient free space (255 extents): 2560 required.
          storage-full | lvcreate failed: insufficient free extents
          storage-full | zfs error: cannot create 'rpool/vm-100-disk-0': out of space
          storage-full | write: No space left on device
          storage-full | Cannot create new thin volume, free space in thin pool pve/data reached threshold.
          volume-missing | volume 'local:import/x.qcow2' does not exist
          volume-missing | unable to create VM 9 - can't find file '/tmp/x.raw'
          volume-exists | refusing to override existing file 'x.qcow2'
          base-in-use | base volume 'local:100/base-100-disk-0.qcow2' is still in use by linked cloned
          linked-clone-unsupported | Linked clone feature is not supported for 'plainlvm:vm-9110-disk-0' (scsi0)
          linked-clone-unsupported | Linked clone feature for 'local:201/base-201-disk-1.raw' is not available
          linked-clone-unsupported | parameter 'storage' not allowed for linked clones
          config-changed | checksum mismatch (file change by other user?)
          config-changed | detected modified configuration - file changed by other user? Try again.
          disk-shrink | shrinking disks is not supported
          lock-timeout | can't lock file '/var/lock/qemu-server/lock-100.conf' - got timeout
          lock-timeout | cfs-lock 'storage-x' error: got lock request timeout
          lock-timeout | zfs error: command 'zfs create -V 1G' failed: got timeout
          shutdown-timeout | VM quit/powerdown failed - got timeout
          agent-not-running | QEMU guest agent is not running
          agent-not-running | No QEMU guest agent configured
          only-root | Only root can pass arbitrary filesystem paths. at /usr/share/perl5/PVE/Storage.pm line 651.
          only-root | please run as root
          only-root | only root can set 'args' config
          quorum-lost | cluster not ready - no quorum?
          quorum-lost | unable to open file '/etc/pve/nodes/pve/qemu-server/100.conf.tmp.9' - Permission denied
          cluster-service-down | ipcc_send_rec[1] failed: Connection refused
          call-failed | something nobody has seen before
          """)
  void tellsTheWordsApart(String slug, String message) {
    Problem problem = PveErrors.classify("POST /x", message + "\n", 500);
    assertThat(problem.slug()).isEqualTo(slug);
    assertThat(problem.where()).isEqualTo("POST /x");
    assertThat(problem.why()).isEqualTo(message);
    assertThat(problem.what()).matches("(?s)[A-Z'].*\\.");
    assertThat(problem.next()).matches("(?s)[A-Z].*\\.");
    assertThat(problem.what() + problem.next()).doesNotContain("$1").doesNotContain("$2");
  }

  @Test
  void namesWhatTheMessageNames() {
    assertThat(PveErrors.classify("", "storage 'fast' is not available on node 'b'", 500).what())
        .isEqualTo("Storage 'fast' is not available on node 'b'.");
    assertThat(PveErrors.classify("", "CT 200 already exists on node 'pve'", 500).what())
        .isEqualTo("VM ID '200' is already in use.");
  }

  @Test
  void knowsATakenVmIdInsideAParameterError() {
    Problem problem =
        PveErrors.classify(
            "GET /cluster/nextid",
            "Parameter verification failed.\n",
            400,
            Map.of("vmid", "VM 300 already exists"));
    assertThat(problem.slug()).isEqualTo("vmid-taken");
  }

  @Test
  void readsTheParameterErrorsOfTheCommandLine() {
    Problem problem =
        PveErrors.classify(
            "POST /nodes/pve/qemu",
            """
            400 Parameter verification failed.
            net0.tag: type check ('integer') failed - got 'x'
            memory: value must have a minimum value of 16

            pvesh create <api_path> --vmid <integer> [OPTIONS] [FORMAT_OPTIONS]
            """,
            0);
    assertThat(problem.slug()).isEqualTo("parameter-refused");
    assertThat(problem.what()).contains("'net0.tag', 'memory'");
    assertThat(problem.why())
        .isEqualTo(
            "net0.tag: type check ('integer') failed - got 'x'\n"
                + "memory: value must have a minimum value of 16");
  }

  @Test
  void readsAnUnknownOptionOfTheCommandLine() {
    Problem unknown =
        PveErrors.classify(
            "", "Unknown option: foo\nUnknown option: bar2\n400 unable to parse option", 0);
    assertThat(unknown.slug()).isEqualTo("parameter-refused");
    assertThat(unknown.what()).contains("'foo', 'bar2'");
    assertThat(
            PveErrors.classify("", "Option x requires an argument\n400 unable to parse option", 0)
                .slug())
        .isEqualTo("parameter-refused");
    assertThat(PveErrors.classify("", "400 not enough arguments", 0).slug())
        .isEqualTo("parameter-refused");
  }

  @ParameterizedTest
  @CsvSource({
    "401,login-failed",
    "403,permission-denied",
    "501,endpoint-missing",
    "595,node-unreachable",
    "599,node-unreachable",
    "500,call-failed",
    "400,parameter-refused"
  })
  void fallsBackToTheCode(int code, String slug) {
    assertThat(PveErrors.classify("GET /x", "", code).slug()).isEqualTo(slug);
  }

  @Test
  void knowsAMissingHandlerOfPvesh() {
    assertThat(PveErrors.classify("", "No 'get' handler defined for '/nosuch'\n", 0).slug())
        .isEqualTo("endpoint-missing");
  }

  @Test
  void givesATaskTheLastLinesOfItsLog() {
    Problem problem =
        PveErrors.ofTask(
            "task qmcreate of 9000",
            "unable to create VM 9000 - strange",
            List.of("a line", "TASK ERROR: unable to create VM 9000 - strange"));
    assertThat(problem.slug()).isEqualTo("task-failed");
    assertThat(problem.why()).isEqualTo("unable to create VM 9000 - strange\n| a line");
  }

  @Test
  void findsAFullStorageInTheLogWhereTheEndSaysOnlyExitCode() {
    Problem problem =
        PveErrors.ofTask(
            "task imgcopy",
            "command '/usr/bin/qemu-img convert' failed: exit code 1",
            List.of("qemu-img: error while writing at byte 0: No space left on device"));
    assertThat(problem.slug()).isEqualTo("storage-full");
  }
}
