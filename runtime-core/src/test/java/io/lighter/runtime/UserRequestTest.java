package io.lighter.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UserRequestTest {
  @ParameterizedTest
  @CsvSource({
    "root, root,",
    "0, 0,",
    "1000:1000, 1000, 1000",
    "nobody:nogroup, nobody, nogroup",
    "1000:wheel, 1000, wheel",
    "4294967294, 4294967294,",
    "systemd-network, systemd-network,",
    "_apt, _apt,",
    "machine$, machine$,",
    "DOMAIN\\j.doe@example, DOMAIN\\j.doe@example,",
    "0001, 0001,"
  })
  void shouldSplitUserAndGroup(String text, String user, String group) {
    assertThat(UserRequest.parse(text)).isEqualTo(new UserRequest(user, group, List.of()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":",
        ":5",
        "5:",
        "a:b:c",
        "1000garbage",
        "1000 ",
        " 1000",
        "+1",
        "-1",
        "-root",
        "1e3",
        "0x0",
        "1_0",
        "4294967295",
        "4294967296",
        "18446744073709551616",
        "root\n",
        "root\0",
        "ro ot",
        "a/b",
        "a$b",
        "\u0661",
        "r\u00f6ot",
        "root:4294967296",
        "root:1000x"
      })
  void shouldRefuseWhatIsNeitherNameNorId(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> UserRequest.parse(text));
  }

  @Test
  void shouldCheckAdditionalGroupsAlike() {
    UserRequest audio = UserRequest.DEFAULT.withAdditionalGroups(List.of("audio", "29"));

    assertThat(audio.additionalGroups()).containsExactly("audio", "29");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> UserRequest.DEFAULT.withAdditionalGroups(List.of("29x")));
  }

  @Test
  void shouldTellIdsFromNames() {
    assertThat(UserRequest.isNumeric("100")).isTrue();
    assertThat(UserRequest.isNumeric("a100")).isFalse();
    assertThat(UserRequest.id("4294967294")).isEqualTo(UserRequest.MAX_ID);
  }
}
