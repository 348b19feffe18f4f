package io.lighter.cli;

import io.lighter.cli.flags.UsageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * The arguments and the environment as UTF-8, whatever the locale: where it is "C", as for jobs of
 * cron and systemd, Java reads every byte beyond ASCII as U+FFFD, and a file name or a variable
 * would reach the container mutilated. The kernel has the bytes, proc(5).
 */
public final class RawArguments {
  private static final char REPLACEMENT = '\uFFFD';

  private RawArguments() {}

  /**
   * Returns {@code arguments} as they were given.
   *
   * @param arguments those that Java gave to main, or the last of them
   * @throws UsageException if one is not UTF-8
   * @throws IOException if proc(5) is not mounted
   */
  public static String[] restore(String[] arguments) throws IOException {
    for (String argument : arguments) {
      if (argument.indexOf(REPLACEMENT) >= 0) {
        return lastOf(Files.readAllBytes(Path.of("/proc/self/cmdline")), arguments.length);
      }
    }
    return arguments;
  }

  /** Returns this process's environment; variables that are not UTF-8 are left out. */
  public static Map<String, String> environment() throws IOException {
    Map<String, String> java = System.getenv();
    for (String value : java.values()) {
      if (value.indexOf(REPLACEMENT) >= 0) {
        return variables(Files.readAllBytes(Path.of("/proc/self/environ")));
      }
    }
    return java;
  }

  /** The last {@code count} of the strings in {@code bytes}, each with a NUL after it. */
  static String[] lastOf(byte[] bytes, int count) {
    String[] last = new String[count];
    int end = bytes.length - 1;
    for (int i = count - 1; i >= 0; i--) {
      int start = end;
      while (start > 0 && bytes[start - 1] != 0) {
        start--;
      }
      try {
        last[i] = text(bytes, start, end);
      } catch (CharacterCodingException e) {
        throw new UsageException("an argument is not UTF-8: " + lenient(bytes, start, end));
      }
      end = start - 1;
    }
    return last;
  }

  static Map<String, String> variables(byte[] bytes) {
    Map<String, String> variables = new HashMap<>();
    int start = 0;
    for (int end = 0; end < bytes.length; end++) {
      if (bytes[end] == 0) {
        try {
          String setting = text(bytes, start, end);
          int equals = setting.indexOf('=');
          if (equals > 0) {
            variables.putIfAbsent(setting.substring(0, equals), setting.substring(equals + 1));
          }
        } catch (CharacterCodingException e) {
          // It cannot be had as a string; asking for it by name finds it unset.
        }
        start = end + 1;
      }
    }
    return variables;
  }

  private static String text(byte[] bytes, int start, int end) throws CharacterCodingException {
    return StandardCharsets.UTF_8
        .newDecoder()
        .decode(ByteBuffer.wrap(bytes, start, end - start))
        .toString();
  }

  private static String lenient(byte[] bytes, int start, int end) {
    return new String(bytes, start, end - start, StandardCharsets.UTF_8);
  }
}
