package io.lighter.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SystemCallTableTest {
  private static final Pattern DEFINITION =
      Pattern.compile("#define __NR_(\\w+) \\(?(?:__X32_SYSCALL_BIT \\+ )?(\\d+)\\)?");

  @ParameterizedTest
  @CsvSource({"X86_64, unistd_64.h", "X32, unistd_x32.h", "I386, unistd_32.h"})
  void shouldAgreeWithTheHeadersOfThisMachine(SystemCallAbi abi, String header) throws IOException {
    Path path = Path.of("/usr/include/x86_64-linux-gnu/asm", header);
    assumeTrue(Files.exists(path), "needs " + path + " (Debian's linux-libc-dev)");
    Map<String, Integer> expected = new TreeMap<>();
    for (String line : Files.readAllLines(path)) {
      Matcher matcher = DEFINITION.matcher(line);
      if (matcher.matches() && !matcher.group(1).equals("syscalls")) {
        expected.put(matcher.group(1), abi.numberBase() + Integer.parseInt(matcher.group(2)));
      }
    }
    Map<String, Integer> actual = new TreeMap<>();
    expected.keySet().forEach(name -> actual.put(name, SystemCallTable.of(abi).number(name)));
    assertThat(expected).hasSizeGreaterThan(300);
    assertThat(actual).isEqualTo(expected);
  }

  @ParameterizedTest
  @EnumSource(SystemCallAbi.class)
  void shouldKnowTheCallsThatCameAfterTheHeadersWithOneNumberEverywhere(SystemCallAbi abi) {
    SystemCallTable table = SystemCallTable.of(abi);
    assertThat(table.number("cachestat") - abi.numberBase()).isEqualTo(451);
    assertThat(table.number("mseal") - abi.numberBase()).isEqualTo(462);
    assertThat(table.number("file_setattr") - abi.numberBase()).isEqualTo(469);
  }

  @ParameterizedTest
  @CsvSource({
    "X86_64, read, 0",
    "X86_64, clone3, 435",
    "X86_64, uretprobe, 335",
    "X32, read, 1073741824",
    "X32, execve, 1073742344",
    "I386, socketcall, 102",
    "I386, read, 3",
    "AARCH64, read, 63",
    "AARCH64, newfstatat, 79",
    "ARM, read, 3",
    "ARM, recv, 291",
    "ARM, set_tls, 983045"
  })
  void shouldKnowNameAndNumber(SystemCallAbi abi, String name, int number) {
    assertThat(SystemCallTable.of(abi).number(name)).isEqualTo(number);
    assertThat(SystemCallTable.of(abi).name(number)).isEqualTo(name);
  }

  @ParameterizedTest
  @EnumSource(SystemCallAbi.class)
  void shouldGiveEachNameANumberThatIsNamed(SystemCallAbi abi) {
    SystemCallTable table = SystemCallTable.of(abi);
    for (String name : table.names()) {
      assertThat(table.byNumber()).containsKey(table.number(name));
    }
  }

  @Test
  void shouldSayNoneForACallThatAnArchitectureDoesNotHave() {
    assertThat(SystemCallTable.of(SystemCallAbi.AARCH64).number("open"))
        .isEqualTo(SystemCallTable.NONE);
    assertThat(SystemCallTable.of(SystemCallAbi.X86_64).name(400)).isNull();
  }
}
