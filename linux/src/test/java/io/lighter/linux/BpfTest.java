package io.lighter.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Device programs on the real kernel: loaded, attached, and asked. */
@RequiresRoot
@LeavesNothing(cgroups = "lighter-bpf-test")
class BpfTest {
  private static final EbpfProgram ALLOW = EbpfWriterTest.returning(1);
  private static final EbpfProgram DENY = EbpfWriterTest.returning(0);

  private final Linux linux = Linux.kernel();
  private final Bpf bpf = linux.bpf();
  private Path folder = Path.of("");
  private Fd cgroup = Fd.WORKING_FOLDER;

  @BeforeEach
  void makeCgroup() throws IOException {
    String name = "lighter-bpf-test-" + ProcessHandle.current().pid();
    folder = Files.createDirectory(cgroup2().resolve(name));
    cgroup = open(folder);
  }

  @AfterEach
  void removeCgroup() throws IOException {
    cgroup.close();
    Files.delete(folder);
  }

  private static Path cgroup2() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/mounts"))) {
      String[] fields = line.split(" ", -1);
      if (fields[2].equals("cgroup2")) {
        return Path.of(fields[1]);
      }
    }
    throw new AssertionError("cgroup v2 is mounted nowhere");
  }

  private Fd open(Path path) {
    int flags = Fcntl.O_RDONLY | Fcntl.O_DIRECTORY;
    return linux.files().openat(Fd.WORKING_FOLDER, path.toString(), flags, 0);
  }

  /** Whether a process of the cgroup may read a device. */
  private boolean mayRead(String device) throws IOException, InterruptedException {
    String script = "echo $$ > " + folder + "/cgroup.procs && exec head -c 1 " + device;
    return new ProcessBuilder("sh", "-c", script).start().waitFor() == 0;
  }

  @Test
  void shouldJudgeTheProcessesOfACgroup() throws Exception {
    try (BpfProgram allow = bpf.loadDeviceProgram(ALLOW, "allow");
        BpfProgram deny = bpf.loadDeviceProgram(DENY, "deny")) {
      assertThat(mayRead("/dev/zero")).isTrue();
      bpf.attach(allow, cgroup);
      assertThat(mayRead("/dev/zero")).isTrue();
      bpf.attach(deny, cgroup);
      assertThat(mayRead("/dev/zero")).as("one refusal is enough").isFalse();
      assertThat(mayRead("/etc/passwd")).as("no device").isTrue();
      assertThat(bpf.attached(cgroup)).containsExactly(bpf.id(allow), bpf.id(deny));
      bpf.detach(deny, cgroup);
      assertThat(mayRead("/dev/zero")).isTrue();
    }
    assertThat(bpf.attached(cgroup)).as("attached without a descriptor of ours").hasSize(1);
  }

  @Test
  void shouldReplaceWhatAnEarlierProcessAttached() throws Exception {
    try (BpfProgram allow = bpf.loadDeviceProgram(ALLOW, "allow")) {
      bpf.attach(allow, cgroup);
    }
    try (BpfProgram old = bpf.open(bpf.attached(cgroup)[0]);
        BpfProgram deny = bpf.loadDeviceProgram(DENY, "deny");
        BpfProgram third = bpf.loadDeviceProgram(ALLOW, "third")) {
      bpf.replace(old, deny, cgroup);
      assertThat(bpf.attached(cgroup)).containsExactly(bpf.id(deny));
      assertThat(mayRead("/dev/zero")).isFalse();
      assertThatExceptionOfType(LinuxException.class)
          .isThrownBy(() -> bpf.replace(old, third, cgroup))
          .withMessageContaining("bpf(BPF_PROG_ATTACH, ")
          .withMessageContaining("ENOENT");
      assertThatExceptionOfType(LinuxException.class)
          .as("twice the same")
          .isThrownBy(() -> bpf.attach(deny, cgroup))
          .withMessageContaining("EINVAL");
    }
  }

  @Test
  void shouldGiveTheVerifiersReason() {
    EbpfWriter writer = new EbpfWriter();
    writer.loadWord(EbpfRegister.R0, EbpfRegister.R1, 400);
    writer.exit();

    assertThatExceptionOfType(VerifierException.class)
        .isThrownBy(() -> bpf.loadDeviceProgram(writer.program(), "beyond").close())
        .withMessageContaining("the kernel refuses the BPF program beyond of 2 instructions")
        .matches(e -> e.errno() == Errno.EACCES)
        .matches(e -> e.log().contains("invalid bpf_context access"));
  }

  @Test
  void shouldTellWhatIsNoMatterOfTheVerifier() {
    SystemCalls withoutBpf =
        new RecordedSystemCalls((call, printed) -> call == SystemCall.BPF ? -Errno.ENOSYS : 0);

    assertThatExceptionOfType(LinuxException.class)
        .isThrownBy(() -> new Linux(withoutBpf).bpf().loadDeviceProgram(ALLOW, "none").close())
        .withMessageStartingWith("bpf(BPF_PROG_LOAD, ")
        .withMessageContaining("ENOSYS");
  }

  @Test
  void shouldLoadAgainWhenASignalCameBetween() {
    AtomicInteger interruptions = new AtomicInteger(3);
    SystemCalls interrupted =
        new RecordedSystemCalls(
            (call, printed) ->
                call == SystemCall.BPF && interruptions.getAndDecrement() > 0
                    ? -Errno.EAGAIN
                    : 1_000);
    try (BpfProgram program = new Linux(interrupted).bpf().loadDeviceProgram(ALLOW, "again")) {
      assertThat(program.isOpen()).isTrue();
      assertThat(interruptions).hasValue(-1);
    }
  }
}
