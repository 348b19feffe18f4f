package io.lighter.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.linux.Errno;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.LinuxException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** What was written to a terminal. */
public final class TerminalOutput {
  private TerminalOutput() {}

  /** Reads all of it, once every process that had the other side has ended. */
  public static String of(Fd master) {
    StringBuilder text = new StringBuilder();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(4096);
      // One read may return what one write wrote, while the rest is still on its way.
      while (true) {
        long length = Linux.kernel().files().read(master, buffer);
        text.append(new String(buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE), UTF_8));
      }
    } catch (LinuxException e) {
      assertThat(e.errno()).isEqualTo(Errno.EIO); // the other side is closed
    }
    return text.toString();
  }
}
