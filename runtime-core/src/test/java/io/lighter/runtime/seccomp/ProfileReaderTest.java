package io.lighter.runtime.seccomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.linux.Architecture;
import io.lighter.linux.KernelVersion;
import io.lighter.runtime.spec.Capability;
import io.lighter.runtime.spec.Seccomp;
import io.lighter.runtime.spec.SeccompAction;
import io.lighter.runtime.spec.SeccompArch;
import io.lighter.runtime.spec.SeccompArg;
import io.lighter.runtime.spec.SeccompFlag;
import io.lighter.runtime.spec.SeccompOperator;
import io.lighter.runtime.spec.SeccompSyscall;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProfileReaderTest {
  private static final KernelVersion KERNEL = new KernelVersion(6, 1);

  private static final String PROFILE =
      """
      {
        "defaultAction": "SCMP_ACT_ERRNO",
        "defaultErrnoRet": 1,
        "archMap": [
          {"architecture": "SCMP_ARCH_X86_64", "subArchitectures": ["SCMP_ARCH_X86"]},
          {"architecture": "SCMP_ARCH_RISCV64", "subArchitectures": null}
        ],
        "syscalls": [
          {"names": ["read", "write"], "action": "SCMP_ACT_ALLOW", "args": [], "comment": "io",
           "includes": {}, "excludes": {}},
          {"name": "personality", "action": "SCMP_ACT_ALLOW", "args": [
            {"index": 0, "value": 18446744073709551615, "valueTwo": 0, "op": "SCMP_CMP_EQ"}]},
          {"names": ["mount"], "action": "SCMP_ACT_ALLOW",
           "includes": {"caps": ["CAP_SYS_ADMIN", "CAP_SYS_CHROOT"]}},
          {"names": ["clone3"], "action": "SCMP_ACT_ERRNO", "errnoRet": 38,
           "excludes": {"caps": ["CAP_SYS_ADMIN"]}},
          {"names": ["arch_prctl"], "action": "SCMP_ACT_ALLOW",
           "includes": {"arches": ["amd64"]}},
          {"names": ["statx"], "action": "SCMP_ACT_ALLOW", "excludes": {"arches": ["amd64"]}},
          {"names": ["ptrace"], "action": "SCMP_ACT_ALLOW", "includes": {"minKernel": "6.2"}},
          {"names": ["bpf"], "action": "SCMP_ACT_ALLOW", "excludes": {"minKernel": "6.2"}}
        ]
      }
      """;

  private static List<String> names(Seccomp seccomp) {
    return seccomp.syscalls().stream().map(rule -> String.join(" ", rule.names())).toList();
  }

  @Test
  void shouldChooseTheRulesThatSuitTheContainer() {
    Profile profile = ProfileReader.parse(PROFILE);

    Seccomp plain = profile.forContainer(Set.of(), Architecture.X86_64, KERNEL);
    assertThat(names(plain))
        .containsExactly("read write", "personality", "clone3", "arch_prctl", "bpf");
    assertThat(plain.architectures()).containsExactly(SeccompArch.X86_64, SeccompArch.X86);
    assertThat(plain.defaultErrnoRet()).isEqualTo(1);
    assertThat(plain.flags()).containsExactly(SeccompFlag.SECCOMP_FILTER_FLAG_SPEC_ALLOW);
    assertThat(plain.syscalls().get(1).args())
        .containsExactly(new SeccompArg(0, -1, 0, SeccompOperator.EQ));
    assertThat(plain.syscalls().get(2))
        .isEqualTo(new SeccompSyscall(List.of("clone3"), SeccompAction.ERRNO, 38, List.of()));

    Seccomp one =
        profile.forContainer(Set.of(Capability.CAP_SYS_ADMIN), Architecture.X86_64, KERNEL);
    assertThat(names(one)).doesNotContain("clone3", "mount");

    Seccomp both =
        profile.forContainer(
            Set.of(Capability.CAP_SYS_ADMIN, Capability.CAP_SYS_CHROOT),
            Architecture.AARCH64,
            new KernelVersion(6, 2));
    assertThat(names(both))
        .containsExactly("read write", "personality", "mount", "statx", "ptrace");
    assertThat(both.architectures()).isEmpty();
  }

  @Test
  void shouldTakeAPlainOciSection() {
    Seccomp seccomp =
        ProfileReader.parse(
                """
                {"defaultAction": "SCMP_ACT_LOG", "architectures": ["SCMP_ARCH_X32"], "flags": [],
                 "listenerPath": "/run/agent.sock", "listenerMetadata": "m",
                 "syscalls": [{"names": ["mount"], "action": "SCMP_ACT_NOTIFY"}]}
                """)
            .forContainer(Set.of(), Architecture.X86_64, KERNEL);
    assertThat(seccomp)
        .isEqualTo(
            new Seccomp(
                SeccompAction.LOG,
                null,
                List.of(SeccompArch.X32),
                List.of(),
                "/run/agent.sock",
                "m",
                List.of(
                    new SeccompSyscall(List.of("mount"), SeccompAction.NOTIFY, null, List.of()))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}|says nothing; for a container without a filter use seccomp=unconfined",
        "[]|expected an object, found []",
        "{\"defaultAction\": 3}|defaultAction: expected a string, found 3",
        "{\"defaultAction\": \"ALLOW\"}|defaultAction: expected one of SCMP_ACT_KILL,",
        "{\"syscalls\": []}|defaultAction: is missing",
        "{\"defaultaction\": \"SCMP_ACT_LOG\"}|defaultaction: is not a field of a profile",
        "{\"defaultAction\": \"SCMP_ACT_LOG\",}|is not JSON",
        "{\"defaultAction\": \"SCMP_ACT_LOG\"} x|is not JSON",
        "{\"flags\": [\"LOG\"], \"syscalls\": []}|defaultAction: is missing",
        "RULE{\"names\": []}|syscalls[0].names: is missing",
        "RULE{\"names\": [\"a\"], \"name\": \"b\"}|use either name or names",
        "RULE{\"names\": \"read\"}|syscalls[0].names: expected a list",
        "RULE{\"names\": [\"read\"]}|syscalls[0].action: is missing",
        "RULE{\"names\": [\"read\"], \"arg\": []}|syscalls[0].arg: is not a field of a profile",
        "RULE{\"names\": [\"a\"], \"action\": \"SCMP_ACT_ERRNO\", \"errnoRet\": 5000}|0 to 4095",
        "RULE{\"names\": [\"a\"], \"action\": \"SCMP_ACT_ERRNO\", \"errno\": \"EIO\"}|errnoRet",
        "ARG{\"index\": 6}|syscalls[0].args[0].index: expected 0 to 5, found 6",
        "ARG{\"value\": 1}|syscalls[0].args[0].index: is missing",
        "ARG{\"index\": 0, \"value\": -1}|args[0].value: expected 0 to 2^64 - 1, found -1",
        "ARG{\"index\": 0, \"value\": 1.5}|args[0].value: expected a whole number, found 1.5",
        "ARG{\"index\": 0, \"op\": \"EQ\"}|args[0].op: expected one of SCMP_CMP_NE,",
        "IF{\"caps\": [\"CAP_SYSADMIN\"]}|syscalls[0].includes.caps[0]: expected one of CAP_CHOWN",
        "IF{\"minKernel\": \"four\"}|syscalls[0].includes.minKernel: kernel version \"four\"",
        "IF{\"minkernel\": \"4.8\"}|syscalls[0].includes.minkernel: is not a field",
      })
  void shouldSayWhatIsWrongAndWhere(String json, String message) {
    String whole =
        json.replace("ARG", "RULE{\"names\": [\"a\"], \"action\": \"SCMP_ACT_LOG\", \"args\": [")
            .replace("IF", "RULE{\"names\": [\"a\"], \"action\": \"SCMP_ACT_LOG\", \"includes\": ");
    if (whole.startsWith("RULE")) {
      String end = json.startsWith("ARG") ? "]}]}" : json.startsWith("IF") ? "}]}" : "]}";
      whole = whole.replace("RULE", "{\"defaultAction\": \"SCMP_ACT_LOG\", \"syscalls\": [") + end;
    }
    String profile = whole;
    assertThatThrownBy(() -> ProfileReader.parse(profile))
        .isInstanceOf(ProfileException.class)
        .hasMessageStartingWith("seccomp profile: ")
        .hasMessageContaining(message);
  }

  @Test
  void shouldRefuseTwoWaysToListArchitectures() {
    assertThatThrownBy(
            () ->
                ProfileReader.parse(
                    """
                    {"defaultAction": "SCMP_ACT_LOG", "architectures": ["SCMP_ARCH_X86"],
                     "archMap": [{"architecture": "SCMP_ARCH_X86_64"}]}
                    """))
        .hasMessageContaining("either architectures or archMap");
  }

  @Test
  void shouldReadFilesOnlyThatAreFiles(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("profile.json"), PROFILE);
    assertThat(ProfileReader.read(file).forContainer(Set.of(), Architecture.X86_64, KERNEL))
        .isEqualTo(
            ProfileReader.parse(PROFILE).forContainer(Set.of(), Architecture.X86_64, KERNEL));
    assertThatThrownBy(() -> ProfileReader.read(folder)).hasMessageContaining("not a regular file");
    assertThatThrownBy(() -> ProfileReader.read(folder.resolve("none")))
        .hasMessageContaining("none does not exist");
    Path large =
        Files.writeString(folder.resolve("large"), " ".repeat(ProfileReader.MAX_BYTES + 1));
    assertThatThrownBy(() -> ProfileReader.read(large)).hasMessageContaining("is larger than");
  }
}
