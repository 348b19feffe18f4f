package io.lighter.cli.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.LinuxException;
import io.lighter.linux.TerminalAttributes;
import io.lighter.linux.Terminals;
import io.lighter.linux.WindowSize;
import java.lang.foreign.Arena;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TerminalTest {
  private final Terminals terminals = Linux.kernel().terminals();
  private final Fd master = terminals.openMaster();
  private final Fd terminal = terminals.openPeer(master);

  @AfterEach
  void closeTerminal() {
    terminal.close();
    master.close();
  }

  @Test
  void shouldBeRawUntilItIsClosed() {
    int cooked = localFlags();
    assertThat(cooked & TerminalAttributes.ECHO).isNotZero();

    RawTerminal raw = RawTerminal.enter(terminals, terminal);
    int meanwhile = localFlags();
    raw.close();
    raw.close();

    assertThat(meanwhile & (TerminalAttributes.ECHO | TerminalAttributes.ISIG)).isZero();
    assertThat(localFlags()).isEqualTo(cooked);
  }

  @Test
  void shouldSurviveALostTerminal() {
    RawTerminal raw = RawTerminal.enter(terminals, terminal);
    master.close();

    raw.close();

    assertThat(terminal.isOpen()).isTrue();
  }

  @Test
  void shouldNameWhatIsNoTerminal() {
    try (Fd pipe = Linux.kernel().files().openat(Fd.WORKING_FOLDER, "/dev/null", 0, 0)) {
      assertThatExceptionOfType(LinuxException.class)
          .isThrownBy(() -> RawTerminal.enter(terminals, pipe))
          .withMessageContaining("ENOTTY");
    }
  }

  @Test
  void shouldTakeTheSizeOver() {
    try (Fd theirs = terminals.openMaster();
        Fd peer = terminals.openPeer(theirs)) {
      WindowSizes sizes = new WindowSizes(terminals, terminal, theirs);

      terminals.setWindowSize(terminal, new WindowSize(50, 132));
      sizes.run();

      assertThat(terminals.windowSize(peer)).isEqualTo(new WindowSize(50, 132));
    }
  }

  @Test
  void shouldNotMindATerminalThatIsGone() {
    try (Fd theirs = terminals.openMaster()) {
      WindowSize before = terminals.windowSize(theirs);
      master.close();

      new WindowSizes(terminals, terminal, theirs).run();

      assertThat(terminals.windowSize(theirs)).isEqualTo(before);
    }
  }

  private int localFlags() {
    try (Arena arena = Arena.ofConfined()) {
      TerminalAttributes attributes = new TerminalAttributes(arena);
      terminals.attributes(terminal, attributes);
      return attributes.localFlags();
    }
  }
}
