package io.lighter.runtime.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpecReaderTest {
  private static final String MINIMAL = "{\"ociVersion\": \"1.3.0\"}";

  @Test
  void shouldReadAMinimalFileAsEmptyAndAbsent() {
    Spec spec = SpecReader.parse(MINIMAL);
    assertThat(spec.process()).isNull();
    assertThat(spec.linux()).isNull();
    assertThat(spec.mounts()).isEmpty();
    assertThat(spec.annotations()).isEmpty();
    assertThat(spec.hooks().isEmpty()).isTrue();
  }

  @Test
  void shouldReadUnsignedNumbersAsTheirBits() {
    Process process = Present.of(SpecReader.parse(Specs.complete()).process());
    assertThat(process.rlimits().getFirst())
        .isEqualTo(new Rlimit(RlimitType.RLIMIT_CORE, Rlimit.INFINITY, Rlimit.INFINITY));
  }

  @Test
  void shouldIgnoreUnknownFieldsAndTakeNullForAbsent() {
    Spec spec =
        SpecReader.parse(
            "{\"ociVersion\": \"1.3.0\", \"future\": {\"x\": [1]}, \"mounts\": null,"
                + " \"windows\": {}, \"hostname\": \"\"}");
    assertThat(spec.mounts()).isEmpty();
    assertThat(spec.hostname()).isNull();
  }

  @Test
  void shouldLeaveOutACapabilityThatItDoesNotKnow() {
    Spec spec =
        SpecReader.parse(
            "{\"ociVersion\": \"1.3.0\", \"process\": {\"user\": {\"uid\": 0, \"gid\": 0},"
                + "\"cwd\": \"/\", \"capabilities\": {\"bounding\": [\"CAP_KILL\", \"CAP_X\"]}}}");
    Capabilities sets = Present.of(Present.of(spec.process()).capabilities());
    assertThat(sets.bounding()).containsExactly(Capability.CAP_KILL);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}|ociVersion: is required and missing",
        "{\"ociVersion\": 1}|ociVersion: expected a string, found 1",
        "[1]|expected an object, found [1]",
        "{\"ociVersion\"|is not JSON: ",
        "{\"ociVersion\": \"1.3.0\"} x|is not JSON: ",
        "{\"ociVersion\": \"1.3.0\", \"ociVersion\": \"1.0.0\"}|Duplicate field",
      })
  void shouldRefuseWhatIsNoSpecification(String json, String message) {
    assertThatThrownBy(() -> SpecReader.parse(json))
        .isInstanceOf(SpecException.class)
        .hasMessageStartingWith("config.json: ")
        .hasMessageContaining(message);
  }

  /** Each line: a text of the complete file, what stands there instead, and the error. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"limit\": 536870912|\"limit\": \"1g\""
            + "|linux.resources.memory.limit: expected a number, found \"1g\"",
        "\"limit\": 536870912|\"limit\": 1.5"
            + "|linux.resources.memory.limit: expected a whole number, found 1.5",
        "\"uid\": 1000|\"uid\": 4294967295"
            + "|process.user.uid: expected 0 to 4294967294, found 4294967295",
        "\"uid\": 1000|\"uid\": 4294967296"
            + "|process.user.uid: expected 0 to 4294967294, found 4294967296",
        "\"uid\": 1000|\"uid\": -1|process.user.uid: expected 0 to 4294967294, found -1",
        "\"uid\": 1000|\"uid\": 1e3|process.user.uid: expected a whole number, found 1e3",
        "[5, 65535]|[5, 4294967295]"
            + "|process.user.additionalGids[1]: expected 0 to 4294967294, found 4294967295",
        "\"hostID\": 100000|\"hostID\": 4294967290"
            + "|linux.uidMappings[0]: hostID + size - 1: expected 0 to 4294967294",
        "\"umask\": 18|\"umask\": 512|process.user.umask: expected 0 to 511, found 512",
        "\"cwd\": \"/srv\"|\"cwd\": null|process.cwd: is required and missing",
        "\"destination\": \"/data\"|\"dest\": \"/data\""
            + "|mounts[1].destination: is required and missing",
        "{\"type\": \"ipc\"}|{\"type\": \"pid\"}"
            + "|linux.namespaces[3].type: pid stands twice; remove one of the two",
        "{\"type\": \"ipc\"}|{\"type\": \"net\"}"
            + "|linux.namespaces[3].type: expected one of pid, network, mount, ipc, uts, user,"
            + " cgroup, time, found \"net\"",
        "\"RLIMIT_CORE\"|\"RLIMIT_NOFILE\""
            + "|process.rlimits[1].type: RLIMIT_NOFILE stands twice; remove one of the two",
        "\"soft\": 512|\"soft\": 18446744073709551616"
            + "|process.rlimits[1].soft: expected 0 to 18446744073709551615",
        "\"terminal\": true|\"terminal\": \"yes\""
            + "|process.terminal: expected true or false, found \"yes\"",
        "\"EMPTY=\"|\"EMPTY=\\u0000\"|process.env[1]: contains a NUL character; remove it",
        "\"org.example.team\": \"web\"|\"org.example.team\": 1"
            + "|annotations[\"org.example.team\"]: expected a string, found 1",
        "\"maskedPaths\": [\"/proc/kcore\"]|\"maskedPaths\": \"/proc/kcore\""
            + "|linux.maskedPaths: expected an array, found \"/proc/kcore\"",
        "\"monotonic\"|\"realtime\""
            + "|linux.timeOffsets: expected one of monotonic, boottime, found \"realtime\"",
        "\"index\": 1|\"index\": 6"
            + "|linux.seccomp.syscalls[2].args[0].index: expected 0 to 5, found 6",
        "\"major\": 8, \"minor\": 0}|\"major\": 8}"
            + "|linux.devices[1].minor: is required and missing",
        "\"timeout\": 30|\"timeout\": 0|hooks.prestart[0].timeout: expected 1 to",
        "\"allow\": false, |``|linux.resources.devices[0].allow: is required and missing",
      })
  void shouldNamePlaceAndReason(String part, String replacement, String message) {
    String json = Specs.complete();
    assertThat(json).contains(part);
    assertThatThrownBy(() -> SpecReader.parse(json.replace(part, replacement)))
        .isInstanceOf(SpecException.class)
        .hasMessageStartingWith("config.json: " + message);
  }

  @Test
  void shouldNotHoldAnIdThatWrapsAround() {
    assertThatThrownBy(() -> new User(1L << 32, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("user.uid: expected 0 to 4294967294, found 4294967296");
  }

  @Test
  void shouldCopyListsThatItIsGiven() {
    List<String> args = new ArrayList<>(List.of("a"));
    Process process = Process.of(args);
    args.add("b");
    assertThat(process.args()).containsExactly("a");
  }

  @Test
  void shouldRefuseWhatIsNoRegularFile(@TempDir Path folder) {
    assertThatThrownBy(() -> SpecReader.read(folder)).hasMessageContaining("not a regular file");
    assertThatThrownBy(() -> SpecReader.read(folder.resolve("config.json")))
        .hasMessageContaining("does not exist");
  }

  @Test
  void shouldRefuseATooLargeFile(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("config.json");
    Files.writeString(file, MINIMAL + " ".repeat(SpecReader.MAX_BYTES));
    assertThatThrownBy(() -> SpecReader.read(file)).hasMessageContaining("larger than");
  }

  @Test
  void shouldRefuseEndlessNesting() {
    assertThatThrownBy(() -> SpecReader.parse("[".repeat(100_000)))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("is not JSON");
  }
}
