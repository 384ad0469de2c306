package dev.proxkiln.pve.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proxkiln.pve.Gen;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** {@code parse(print(x)) = x}, for everything that has both. */
class RoundTripTest {

  private static <T> void roundTrip(
      Function<Gen, T> make, Function<T, String> print, Function<String, T> parse) {
    Gen.forAll(
        500,
        gen -> {
          T value = make.apply(gen);
          String text = print.apply(value);
          assertThat(parse.apply(text)).as(text).isEqualTo(value);
        });
  }

  @Test
  void drives() {
    roundTrip(Arbitrary::drive, Drive::print, Drive::parse);
  }

  @Test
  void efiDisks() {
    roundTrip(Arbitrary::efiDisk, EfiDisk::print, EfiDisk::parse);
  }

  @Test
  void networkCards() {
    roundTrip(Arbitrary::net, Net::print, Net::parse);
  }

  @Test
  void ipConfigs() {
    roundTrip(Arbitrary::ipConfig, IpConfig::print, IpConfig::parse);
  }

  @Test
  void agentOptions() {
    roundTrip(Arbitrary::agent, AgentOption::print, AgentOption::parse);
  }

  @Test
  void bootOrders() {
    roundTrip(Arbitrary::boot, BootOrder::print, BootOrder::parse);
  }

  @Test
  void snippets() {
    roundTrip(Arbitrary::ciCustom, CiCustom::print, CiCustom::parse);
  }

  @Test
  void tags() {
    roundTrip(Arbitrary::tags, Tags::print, Tags::parse);
  }

  @Test
  void sshKeys() {
    roundTrip(Arbitrary::sshKeys, SshKeys::print, SshKeys::parse);
  }

  @Test
  void volumes() {
    roundTrip(Arbitrary::disk, VolumeId::print, VolumeId::parse);
  }

  @Test
  void sizes() {
    roundTrip(Arbitrary::size, DiskSize::print, DiskSize::parse);
  }
}
