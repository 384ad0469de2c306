package dev.proxkiln.sandbox.boot;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class UserNetworkTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "none",
      value = {
        "ip=dhcp | 0 | '' | 10.0.2.15",
        "'' | 0 | '' | 10.0.2.15",
        "ip=dhcp | 1 | ,net=10.0.3.0/24 | 10.0.3.15",
        "ip=192.168.7.20/24,gw=192.168.7.1 | 0 | "
            + ",net=192.168.7.0/24,host=192.168.7.1,dns=192.168.7.2,dhcpstart=192.168.7.252"
            + " | 192.168.7.20",
        "ip=10.9.8.1/24 | 0 | ,net=10.9.8.0/24,host=10.9.8.2,dns=10.9.8.3,dhcpstart=10.9.8.252"
            + " | 10.9.8.1",
        "ip=10.9.8.2/30,gw=10.9.8.1 | 0 | "
            + ",net=10.9.8.0/29,host=10.9.8.1,dns=10.9.8.3,dhcpstart=10.9.8.4 | 10.9.8.2",
        "ip=10.1.2.3/8,gw=192.168.1.1,ip6=auto | 0 | "
            + ",net=10.0.0.0/8,host=10.0.0.1,dns=10.0.0.2,dhcpstart=10.255.255.252 | 10.1.2.3",
      })
  void makesTheAddressReachable(String ipconfig, int number, String options, String guest) {
    assertThat(UserNetwork.of(ipconfig, number)).isEqualTo(new UserNetwork(options, guest));
  }
}
