package io.lighter.runtime.seccomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lighter.linux.Architecture;
import io.lighter.linux.Errno;
import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.KernelVersion;
import io.lighter.linux.LaunchImage;
import io.lighter.linux.LaunchProgram;
import io.lighter.linux.Linux;
import io.lighter.linux.PidFd;
import io.lighter.linux.Pipe;
import io.lighter.linux.Prctl;
import io.lighter.linux.Sched;
import io.lighter.linux.SeccompFilter;
import io.lighter.linux.SocketFlags;
import io.lighter.linux.Step;
import io.lighter.linux.SystemCall;
import io.lighter.runtime.spec.Seccomp;
import io.lighter.runtime.spec.SeccompAction;
import io.lighter.runtime.spec.SeccompFlag;
import io.lighter.runtime.spec.SeccompSyscall;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.Resource;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A filtered child, the runtime that hands its listener over, and an agent that answers. */
@LeavesNothing(except = {Resource.CGROUP, Resource.NETWORK_NAMESPACE})
class SeccompAgentTest {
  private static final String STATE =
      """
      {"ociVersion":"1.3.0","id":"c1","status":"creating","pid":7,"bundle":"/b"}\
      """;

  private final Linux linux = Linux.kernel();
  private final Arena arena = Arena.ofShared();

  @TempDir Path folder;

  private Path socket = Path.of("");

  @BeforeEach
  void setUp() {
    socket = folder.resolve("agent.sock");
  }

  @AfterEach
  void close() {
    arena.close();
  }

  private Seccomp profile(List<SeccompFlag> flags) {
    return new Seccomp(
        SeccompAction.ALLOW,
        null,
        List.of(),
        flags,
        socket.toString(),
        "opaque \u2603",
        List.of(new SeccompSyscall(List.of("mkdirat"), SeccompAction.NOTIFY, null, List.of())));
  }

  private static ContainerProcessState state(int pid, String metadata) {
    return new ContainerProcessState("1.3.0", pid, metadata, STATE);
  }

  /** The child: two folders, of which an agent refuses the first. */
  private void shouldBeAnswered(List<SeccompFlag> flags) throws Exception {
    Path refused = folder.resolve("refused");
    Path made = folder.resolve("made");
    SeccompProgram filter = SeccompCompiler.compile(profile(flags), Architecture.current());
    assertThat(filter.notifiesListener()).isTrue();
    try (Pipe ready = linux.pipes().create(0);
        Pipe go = linux.pipes().create(0);
        FakeAgent fake = new FakeAgent(socket)) {
      LaunchProgram program = new LaunchProgram(Linux.kernel().missing());
      program.call(SystemCall.PRCTL, Prctl.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
      int mode = SeccompFilter.SECCOMP_SET_MODE_FILTER;
      Step load = program.call(SystemCall.SECCOMP, mode, filter.flags(), filter.program());
      program.call(SystemCall.WRITE, ready.write(), "x", 1);
      program.call(SystemCall.READ, go.read(), LaunchProgram.Struct.of("room", 0L), 1);
      Step first = program.call(SystemCall.MKDIRAT, Fcntl.AT_FDCWD, refused.toString(), 0700);
      first.tolerate(Errno.EDQUOT);
      program.call(SystemCall.MKDIRAT, Fcntl.AT_FDCWD, made.toString(), 0700);
      program.call(SystemCall.EXECVE, "/bin/true", List.of("true"), List.of());
      LaunchImage image =
          new LaunchImage(program, Sched.CLONE_VM | Sched.CLONE_CLEAR_SIGHAND, arena);
      try (PidFd child = linux.processes().launch(image)) {
        linux.files().read(ready.read(), arena.allocate(1));
        try (Fd listener =
            Objects.requireNonNull(linux.processes().pidfdGetfd(child, image.result(load)))) {
          new SeccompAgent(linux, socket.toString())
              .handOver(listener, state(child.pid(), "opaque \u2603"));
        }
        linux.files().write(go.write(), arena.allocate(1));
        FakeAgent.Served served = fake.served(child.pid(), Errno.EDQUOT);

        assertThat(linux.processes().waitFor(child).shellStatus()).isZero();
        assertThat(image.failure()).isNull();
        assertThat(image.result(first)).isEqualTo(-Errno.EDQUOT);
        assertThat(refused).doesNotExist();
        assertThat(made).isDirectory();
        assertState(served.message(), child.pid());
      }
    }
  }

  private static void assertState(String message, int pid) throws IOException {
    JsonNode json = new ObjectMapper().readTree(message);
    assertThat(json.get("ociVersion").asText()).isEqualTo("1.3.0");
    assertThat(json.get("fds").toString()).isEqualTo("[\"seccompFd\"]");
    assertThat(json.get("pid").asInt()).isEqualTo(pid);
    assertThat(json.get("metadata").asText()).isEqualTo("opaque \u2603");
    assertThat(json.get("state").toString()).isEqualTo(STATE);
    assertThat(json.size()).isEqualTo(5);
  }

  @Test
  void shouldHandTheListenerToAnAgentThatAnswers() throws Exception {
    shouldBeAnswered(List.of());
  }

  @Test
  void shouldLetACallThatAnAgentHasBeInterruptedByKillsOnly() throws Exception {
    KernelVersion since = new KernelVersion(5, 19);
    assumeTrue(KernelVersion.current().isAtLeast(since), "WAIT_KILLABLE_RECV is of Linux 5.19");
    shouldBeAnswered(List.of(SeccompFlag.SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV));
  }

  @Test
  void shouldSendAMessageThatNoSocketHoldsAtOnce() throws Exception {
    String metadata = "m".repeat(1_500_000);
    try (FakeAgent fake = new FakeAgent(socket);
        Pipe pipe = linux.pipes().create(0)) {
      new SeccompAgent(linux, socket.toString()).handOver(pipe.read(), state(7, metadata));
      try (FakeAgent.Served served = fake.received()) {
        assertThat(new ObjectMapper().readTree(served.message()).get("metadata").asText())
            .isEqualTo(metadata);
        assertThat(linux.files().readlinkat(Fd.WORKING_FOLDER, served.descriptor().procPath()))
            .isEqualTo(linux.files().readlinkat(Fd.WORKING_FOLDER, pipe.read().procPath()));
      }
    }
  }

  @Test
  void shouldReachAnAgentByALongPath() throws Exception {
    Path deep = Files.createDirectories(folder.resolve("d".repeat(100)).resolve("e".repeat(100)));
    Path far = deep.resolve("agent.sock");
    try (FakeAgent fake = new FakeAgent(far);
        Pipe pipe = linux.pipes().create(0)) {
      new SeccompAgent(linux, far.toString()).handOver(pipe.read(), state(7, "m"));
      fake.received().close();
    }
  }

  private void assertRefused(String path, String reason) {
    try (Pipe pipe = linux.pipes().create(0)) {
      assertThatThrownBy(
              () -> new SeccompAgent(linux, path, 50).handOver(pipe.read(), state(7, "m")))
          .isInstanceOf(SeccompAgentException.class)
          .hasMessageStartingWith("linux.seccomp.listenerPath: " + path.replace('\0', '?') + ": ")
          .hasMessageContaining(reason);
    }
  }

  @Test
  void shouldSayWhyAnAgentIsNotReached() throws IOException {
    assertRefused(socket.toString(), "there is no such socket; start the agent");
    assertRefused(folder.resolve("x".repeat(120)) + "/s", "there is no such socket");
    Path file = Files.createFile(folder.resolve("file"));
    assertRefused(file.toString(), "nobody listens on this socket");
    assertRefused(file + "/s", "ENOTDIR");
    int type = SocketFlags.SOCK_DGRAM;
    try (Fd bound = linux.sockets().socket(SocketFlags.AF_UNIX, type, 0)) {
      linux.sockets().bind(bound, socket.toString());
      assertRefused(socket.toString(), "EPROTOTYPE");
    }
    assertRefused(socket.toString(), "nobody listens on this socket");
  }

  @Test
  void shouldNotWaitForAnAgentForEver() {
    int type = SocketFlags.SOCK_STREAM;
    try (Fd lazy = linux.sockets().socket(SocketFlags.AF_UNIX, type, 0);
        Fd waiting = linux.sockets().socket(SocketFlags.AF_UNIX, type, 0);
        Pipe pipe = linux.pipes().create(0)) {
      linux.sockets().bind(lazy, socket.toString());
      linux.sockets().listen(lazy, 1);
      SeccompAgent agent = new SeccompAgent(linux, socket.toString(), 50);
      assertThatThrownBy(() -> agent.handOver(pipe.read(), state(7, "m".repeat(1_500_000))))
          .hasMessageContaining("the agent does not read");
      linux.sockets().connect(waiting, socket.toString());
      assertRefused(socket.toString(), "the agent accepts no connections");
    }
  }
}
