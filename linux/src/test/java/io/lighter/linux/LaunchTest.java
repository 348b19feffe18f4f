package io.lighter.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LaunchTest {
  private static final long VFORK = Sched.CLONE_VM | Sched.CLONE_VFORK | Sched.CLONE_CLEAR_SIGHAND;

  private final Processes processes = Linux.kernel().processes();

  private record Outcome(ExitStatus status, String failure) {}

  private Outcome run(LaunchProgram program) {
    try (Arena arena = Arena.ofConfined()) {
      LaunchImage image = new LaunchImage(program, VFORK, arena);
      try (PidFd child = processes.launch(image)) {
        ExitStatus status = processes.waitFor(child);
        return new Outcome(status, String.valueOf(image.failure()));
      }
    }
  }

  private static void execShell(LaunchProgram program, String script) {
    program.call(
        SystemCall.EXECVE, "/bin/sh", List.of("sh", "-c", script), List.of("A=1", "PATH=/bin"));
  }

  @Test
  void shouldRunAProgramAndTellItsExitStatus() {
    LaunchProgram program = new LaunchProgram(Linux.kernel().missing());
    execShell(program, "exit 42");

    Outcome outcome = run(program);

    assertThat(outcome).isEqualTo(new Outcome(new ExitStatus(42, 0, false), "null"));
  }

  @Test
  void shouldTellTheSignalThatEndedTheProcess() {
    LaunchProgram program = new LaunchProgram(Linux.kernel().missing());
    execShell(program, "kill -TERM $$");

    ExitStatus status = run(program).status();

    assertThat(status).isEqualTo(new ExitStatus(0, Signals.SIGTERM, false));
    assertThat(status.shellStatus()).isEqualTo(143);
  }

  @Test
  void shouldPassWhatAnEarlierCallReturned(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("out");
    LaunchProgram program = new LaunchProgram(Linux.kernel().missing());
    Step open =
        program.call(
            SystemCall.OPENAT,
            Fcntl.AT_FDCWD,
            file.toString(),
            Fcntl.O_CREAT | Fcntl.O_WRONLY | Fcntl.O_CLOEXEC,
            0600);
    program.call(SystemCall.WRITE, open, "hello", 5);
    program.call(SystemCall.DUP3, open, 1, 0);
    execShell(program, "printf ' %s' $A");

    Outcome outcome = run(program);

    assertThat(outcome.status().shellStatus()).as(outcome.failure()).isZero();
    assertThat(file).hasContent("hello 1");
  }

  @Test
  void shouldGoOnAfterAnyErrorAndTellOthersOfIt() {
    LaunchProgram program = new LaunchProgram(Linux.kernel().missing());
    LaunchProgram.Parameter report = program.parameter("report");
    Step first = program.call(SystemCall.EXECVE, "/no/such", List.of("x"), List.of());
    first.tolerateAny();
    program.call(SystemCall.EXECVE, "/etc/passwd", List.of("x"), List.of()).tolerateAny();
    program.call(SystemCall.WRITE, report, new LaunchProgram.Memory(first), StepResults.bytes(2));

    try (Arena arena = Arena.ofConfined();
        Pipe pipe = Linux.kernel().pipes().create(Fcntl.O_CLOEXEC)) {
      LaunchImage image = new LaunchImage(program, VFORK, arena);
      image.set(report, pipe.write());
      try (PidFd child = processes.launch(image)) {
        processes.waitFor(child);
      }
      MemorySegment told = arena.allocate(StepResults.bytes(3));
      long length = Linux.kernel().files().read(pipe.read(), told);
      StepResults results = new StepResults(told.asSlice(0, length));

      assertThat(results.size()).isEqualTo(2);
      assertThat(results.result(0)).isEqualTo(-Errno.ENOENT);
      assertThat(results.result(1)).isEqualTo(-Errno.EACCES);
      assertThat(String.valueOf(image.failure())).contains("step 2 of 3", "EACCES");
      assertThat(program.explain()).contains("# any error: go on", "&$1, 160)");
    }
  }

  @Test
  void shouldSkipStepsAfterAToleratedError() {
    LaunchProgram program = new LaunchProgram(Linux.kernel().missing());
    program
        .call(SystemCall.CHDIR, "/does/not/exist")
        .tolerateAndSkip(1, Errno.ENOTDIR, Errno.ENOENT);
    program.call(SystemCall.CHDIR, "/does/not/exist/either");
    program.call(SystemCall.CHDIR, "/proc/self");
    execShell(program, "test -e status");

    Outcome outcome = run(program);

    assertThat(outcome.failure()).isEqualTo("null");
    assertThat(outcome.status().shellStatus()).isZero();
  }

  @Test
  void shouldNameTheStepTheCallAndTheErrorWhenOneFails() {
    LaunchProgram program = new LaunchProgram(Linux.kernel().missing());
    program.call(SystemCall.CHDIR, "/").tolerate(Errno.EACCES);
    program.call(SystemCall.UMOUNT2, "/does/not/exist", MountFlags.MNT_DETACH);
    execShell(program, "exit 0");

    Outcome outcome = run(program);

    assertThat(outcome.failure())
        .isEqualTo(
            "step 2 of 3, umount2(\"/does/not/exist\", MNT_DETACH): ENOENT (No such file or"
                + " directory)");
    assertThat(outcome.status().code()).isEqualTo(MachineCode.FAILED_STATUS);
  }

  @Test
  void shouldNameTheExecThatFailed() {
    LaunchProgram program = new LaunchProgram(Linux.kernel().missing());
    program.call(SystemCall.EXECVE, "/no", List.of("no", "x"), List.of()).tolerate(Errno.ENOENT);
    program.call(SystemCall.EXECVE, "/etc/passwd", List.of("p"), List.of());

    assertThat(run(program).failure())
        .isEqualTo("step 2 of 2, execve(\"/etc/passwd\", [\"p\"], []): EACCES (Permission denied)");
  }

  @Test
  void shouldSayWhereTheChildWasKilled() {
    LaunchProgram program = new LaunchProgram(Linux.kernel().missing());
    Step pid = program.call(SystemCall.GETPID);
    program.call(SystemCall.KILL, pid, Signals.SIGKILL);
    execShell(program, "exit 0");

    Outcome outcome = run(program);

    assertThat(outcome.status().signal()).isEqualTo(Signals.SIGKILL);
    assertThat(outcome.failure()).contains("step 2 of 3, kill(").contains("was killed here");
  }

  @Test
  void shouldFailWhenTheProgramHasNoExec() {
    LaunchProgram program = new LaunchProgram(Linux.kernel().missing());
    program.call(SystemCall.GETPID);

    assertThat(run(program).failure()).contains("end of the program");
  }

  @Test
  void shouldRunOneImageManyTimesWithOtherParameters() {
    LaunchProgram program = new LaunchProgram(Linux.kernel().missing());
    LaunchProgram.TextParameter folder = new LaunchProgram.TextParameter("folder", 20);
    LaunchProgram.Parameter mask = program.parameter("mask");
    program.call(SystemCall.CHDIR, folder);
    program.call(SystemCall.UMASK, mask);
    execShell(program, "exit $(( $(umask) + $(pwd | wc -c) ))");
    try (Arena arena = Arena.ofConfined()) {
      LaunchImage image = new LaunchImage(program, VFORK, arena);
      assertThat(image.set(folder, "/")).isEqualTo(1);
      image.set(mask, 0);
      try (PidFd child = processes.launch(image)) {
        assertThat(processes.waitFor(child).code()).isEqualTo(2);
      }
      image.set(folder, "/etc");
      image.set(mask, 1);
      try (PidFd child = processes.launch(image)) {
        assertThat(processes.waitFor(child).code()).isEqualTo(6);
      }
      assertThatThrownBy(() -> image.set(folder, "a".repeat(21)))
          .hasMessageContaining("<folder> takes 20 bytes");
    }
  }

  @Test
  void shouldRestoreSignalsThatTheJvmHandles() {
    LaunchProgram program = new LaunchProgram(Linux.kernel().missing());
    SignalDefaults.restore(program);
    execShell(
        program, "grep -E '^Sig(Ign|Blk):\\s*0+$' /proc/self/status | grep -c . | grep -qx 2");

    assertThat(run(program).status().shellStatus()).isZero();
  }

  @Test
  void shouldPrintOneCallALine() {
    LaunchProgram program = new LaunchProgram(Linux.kernel().missing());
    Step context = program.call(SystemCall.FSOPEN, "proc", MountFlags.FSOPEN_CLOEXEC);
    program.call(SystemCall.FSCONFIG, context, MountFlags.FSCONFIG_CMD_CREATE, 0, 0, 0);
    program
        .call(
            SystemCall.OPENAT,
            Fcntl.AT_FDCWD,
            "a\"b",
            Fcntl.O_RDWR | Fcntl.O_CLOEXEC | Fcntl.O_DIRECTORY,
            0755)
        .tolerateAndSkip(2, Errno.ENOENT);
    program.call(
        SystemCall.SETHOSTNAME,
        new LaunchProgram.TextParameter("hostname", 64),
        program.parameter("length"));

    assertThat(program.explain())
        .isEqualTo(
            """
              1  fsopen("proc", FSOPEN_CLOEXEC)
              2  fsconfig($1, FSCONFIG_CMD_CREATE, NULL, NULL, 0)
              3  openat(AT_FDCWD, "a\\"b", O_RDWR|O_DIRECTORY|O_CLOEXEC, 0755)  # ENOENT: skip 2
              4  sethostname(<hostname>, <length>)
            """);
  }

  @Test
  void shouldRefuseAStepOfAnotherProgram() {
    Step foreign = new LaunchProgram(Linux.kernel().missing()).call(SystemCall.GETPID);
    LaunchProgram program = new LaunchProgram(Linux.kernel().missing());

    assertThatThrownBy(() -> program.call(SystemCall.FCHDIR, foreign))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
