package dev.proxkiln.core.field;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TypeTest {
  private static final Type<Long> MEMORY = Type.size("M", 16L << 20, 4L << 40, 1L << 20);

  @ParameterizedTest
  @CsvSource({
    "512,536870912",
    "2G,2147483648",
    "2 GiB,2147483648",
    "1.5g,1610612736",
    "1T,1099511627776"
  })
  void readsSizesWithAndWithoutUnit(String raw, long bytes) {
    assertThat(MEMORY.parse().apply(raw)).isEqualTo(bytes);
    assertThat(MEMORY.parse().apply(MEMORY.print().apply(bytes))).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "-1G", "8", "5T", "100000K0", "1.0000001M"})
  void refusesSizesThatAreNoneOrOutOfRange(String raw) {
    assertThatThrownBy(() -> MEMORY.parse().apply(raw)).isInstanceOf(BadValue.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"192.0.2.1/24", "10.0.0.0/8", "dhcp"})
  void takesAddressesWithPrefixLengthAndKnownWords(String raw) {
    assertThat(Type.network(4, "dhcp").parse().apply(raw)).isEqualTo(raw);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "192.0.2.1",
        "192.0.2.1/33",
        "192.0.2.1/0",
        "127.1/8",
        "300.1.1.1/8",
        "a/8",
        "::1/64"
      })
  void refusesAddressesThatPveRefuses(String raw) {
    assertThatThrownBy(() -> Type.network(4, "dhcp").parse().apply(raw))
        .isInstanceOf(BadValue.class);
  }

  @Test
  void readsIpv6() {
    assertThat(Type.network(6, "auto").parse().apply("2001:db8::1/64")).isEqualTo("2001:db8::1/64");
    assertThatThrownBy(() -> Type.address(6).parse().apply("192.0.2.1"))
        .isInstanceOf(BadValue.class);
    assertThat(Type.address(0).parse().apply("192.0.2.1")).isEqualTo("192.0.2.1");
  }

  @Test
  void refusesNamesThatAreNoDnsNames() {
    for (String bad : List.of("-a", "a-", "a_b", "a..b", "x".repeat(64), "ü", "")) {
      assertThatThrownBy(() -> Type.dnsName().parse().apply(bad))
          .as(bad)
          .isInstanceOf(BadValue.class);
    }
    assertThat(Type.dnsName().parse().apply("web-1.example.org")).isEqualTo("web-1.example.org");
  }

  @Test
  void splitsListsAtLinesAndGivenSeparators() {
    Type<List<String>> tags = Type.listOf(Type.text("TAG", "[a-z]+", "Use letters."), ",; ");
    assertThat(tags.parse().apply("a,b;c d\ne")).containsExactly("a", "b", "c", "d", "e");
    assertThat(tags.parse().apply(tags.print().apply(List.of("a", "b")))).containsExactly("a", "b");
    assertThatThrownBy(() -> tags.parse().apply("a,B")).hasMessageContaining("'B'");
  }

  @Test
  void namesEveryBadElementOfAList() {
    Type<List<Long>> ports = Type.listOf(Type.integer(1, 65535), ",");
    BadValue bad = catchThrowableOfType(BadValue.class, () -> ports.parse().apply("80,x,0,y"));
    assertThat(bad.why()).contains("'x', which", "; and holds '0', which", "'y', which");
    BadValue one = catchThrowableOfType(BadValue.class, () -> ports.parse().apply("x"));
    assertThat(bad.next()).as("each advice once").isEqualTo(one.next());
  }

  @Test
  void turnsYamlListsIntoLinesAndRefusesNestedOnes() {
    assertThat(Type.raw(List.of("a", 2, true))).contains("a\n2\ntrue");
    assertThat(Type.raw(List.of(List.of("a")))).isEmpty();
    assertThat(Type.raw(9000)).contains("9000");
  }
}
