package io.lighter.proxy.config;

/**
 * Something wrong in a file.
 *
 * @param line from 1
 * @param column from 1
 * @param path to the field, as {@code services.web.endpoints[2].weight}; empty for the whole file
 * @param problem what is wrong, and where it can be said, how to mend it
 */
public record Mistake(int line, int column, String path, String problem) {
  /** As compilers say it, without the file. */
  @Override
  public String toString() {
    return line + ":" + column + ": " + (path.isEmpty() ? "" : path + ": ") + problem;
  }
}
