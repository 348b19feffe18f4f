package io.lighter.linux;

/**
 * The size of a terminal's window, each 0 to 65535; 0 means unknown.
 *
 * @param rows in characters
 * @param columns in characters
 * @param xPixels width in pixels, mostly 0
 * @param yPixels height in pixels, mostly 0
 */
public record WindowSize(int rows, int columns, int xPixels, int yPixels) {
  private static final int MAX = 0xffff;

  public WindowSize {
    if ((rows | columns | xPixels | yPixels) < 0
        || Math.max(Math.max(rows, columns), Math.max(xPixels, yPixels)) > MAX) {
      throw new IllegalArgumentException(
          "a window has 0 to 65535 rows and columns, not " + rows + " by " + columns);
    }
  }

  /** Makes a size of characters. */
  public WindowSize(int rows, int columns) {
    this(rows, columns, 0, 0);
  }
}
