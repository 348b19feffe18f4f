package io.lighter.runtime.spec;

/**
 * The size of a terminal in characters, each 0 to 65535 (struct winsize of ioctl_tty(2)).
 *
 * @param height rows
 * @param width columns
 */
public record ConsoleSize(int height, int width) {
  public ConsoleSize {
    Range.check("consoleSize.height", height, 0, 65535);
    Range.check("consoleSize.width", width, 0, 65535);
  }
}
