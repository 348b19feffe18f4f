package io.lighter.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.testing.LeavesNothing;
import io.lighter.testing.Resource;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@LeavesNothing(except = {Resource.THREAD, Resource.CGROUP, Resource.NETWORK_NAMESPACE})
class TerminalsTest {
  private final Linux linux = Linux.kernel();
  private final Files files = linux.files();
  private final Terminals terminals = linux.terminals();
  private final Arena arena = Arena.ofConfined();
  private Fd master;
  private Fd terminal;

  @BeforeEach
  void open() {
    master = terminals.openMaster();
    terminal = terminals.openPeer(master);
  }

  @AfterEach
  void close() {
    terminal.close();
    master.close();
    arena.close();
  }

  private void write(Fd fd, String text) {
    files.write(fd, arena.allocateFrom(text).asSlice(0, text.length()));
  }

  private String read(Fd fd) {
    MemorySegment buffer = arena.allocate(1000);
    int bytes = (int) files.read(fd, buffer);
    return new String(buffer.asSlice(0, bytes).toArray(JAVA_BYTE), UTF_8);
  }

  @Test
  void shouldPassWhatIsTypedByTheLine() {
    write(master, "ab\rc");

    assertThat(read(terminal)).isEqualTo("ab\n");
    assertThat(read(master)).as("echo").isEqualTo("ab\r\nc");
  }

  @Test
  void shouldPassEveryByteWhenRaw() {
    TerminalAttributes saved = new TerminalAttributes(arena);
    TerminalAttributes raw = new TerminalAttributes(arena);
    terminals.attributes(terminal, saved);
    assertThat(saved.localFlags() & TerminalAttributes.ECHO).isNotZero();
    assertThat(saved.outputFlags() & TerminalAttributes.OPOST).isNotZero();
    raw.copyFrom(saved);
    raw.makeRaw();
    terminals.setAttributes(terminal, raw);

    write(master, "\u0003\r");
    assertThat(read(terminal)).isEqualTo("\u0003\r");
    write(terminal, "x\n");
    assertThat(read(master)).isEqualTo("x\n");

    terminals.setAttributesAfterOutput(master, saved);
    terminals.attributes(terminal, raw);
    assertThat(raw.localFlags()).isEqualTo(saved.localFlags());
    assertThat(raw.inputFlags()).isEqualTo(saved.inputFlags());
    raw.setLocalFlags(raw.localFlags() & ~TerminalAttributes.ECHO);
    raw.setInputFlags(0);
    raw.setOutputFlags(0);
    terminals.setAttributes(terminal, raw);
    write(master, "q\n");
    assertThat(read(terminal)).isEqualTo("q\n");
    write(terminal, "no echo\n");
    assertThat(read(master)).isEqualTo("no echo\n");
  }

  @Test
  void shouldTellTheSizeOfTheWindow() {
    terminals.setWindowSize(master, new WindowSize(50, 65535, 1, 2));
    assertThat(terminals.windowSize(terminal)).isEqualTo(new WindowSize(50, 65535, 1, 2));
    terminals.setWindowSize(terminal, new WindowSize(24, 80));
    assertThat(terminals.windowSize(master)).isEqualTo(new WindowSize(24, 80, 0, 0));
    assertThatThrownBy(() -> new WindowSize(-1, 80)).hasMessageContaining("-1 by 80");
    assertThatThrownBy(() -> new WindowSize(1, 65536)).isInstanceOf(RuntimeException.class);
  }

  @Test
  void shouldKnowATerminal() {
    assertThat(terminals.isatty(terminal)).isTrue();
    assertThat(files.readlinkat(Fd.WORKING_FOLDER, terminal.procPath()))
        .endsWith("/" + terminals.number(master));
    try (Pipe pipe = linux.pipes().create(0)) {
      assertThat(terminals.isatty(pipe.read())).isFalse();
      assertThatThrownBy(() -> terminals.windowSize(pipe.read()))
          .hasMessageContaining("TIOCGWINSZ")
          .hasMessageContaining("ENOTTY");
    }
  }

  @Test
  void shouldBecomeTheControllingTerminalOfASession() {
    LaunchProgram program = new LaunchProgram();
    program.call(SystemCall.SETSID);
    program.call(SystemCall.IOCTL, terminal, Ioctl.TIOCSCTTY, 0);
    program.call(SystemCall.DUP3, terminal, 0, 0);
    program.call(
        SystemCall.EXECVE,
        "/bin/sh",
        List.of("sh", "-c", "read line < /dev/tty; test \"$line\" = yes"),
        List.of());
    assertThat(program.explain()).contains("TIOCSCTTY");
    write(master, "yes\n");
    LaunchImage image = new LaunchImage(program, Sched.CLONE_VM | Sched.CLONE_VFORK, arena);
    try (PidFd child = linux.processes().launch(image)) {
      assertThat(linux.processes().waitFor(child).shellStatus()).isZero();
    }
    // The JVM of a test leads no session of its own, or has a terminal already.
    assertThatThrownBy(() -> terminals.setControlling(terminal)).hasMessageContaining("EPERM");
  }

  @Test
  void shouldCloseAMasterThatCannotBeUnlocked() {
    RecordedSystemCalls calls =
        new RecordedSystemCalls((call, printed) -> call == SystemCall.IOCTL ? -Errno.EIO : 1000);

    assertThatThrownBy(() -> new Linux(calls).terminals().openMaster())
        .hasMessageContaining("TIOCSPTLCK");
    assertThat(calls.recorded()).hasSize(3).last().isEqualTo("close(1000)");
  }
}
