package io.lighter.cli.options;

import io.lighter.cli.flags.UsageException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A file of environment variables, one {@code NAME=value} a line, by Docker's rules: white space
 * before the name is dropped, a line that begins with {@code #} is a comment, everything after the
 * first {@code =} is the value, quotes and white space included. A bare {@code NAME} takes the
 * value that is set here, or is passed over.
 */
final class EnvironmentFile {
  /** More than the kernel takes as an environment; keeps an endless file out of memory. */
  private static final int MAX_BYTES = 8 << 20;

  private final String file;
  private final Environment environment;
  private final List<String> settings = new ArrayList<>();

  private EnvironmentFile(String file, Environment environment) {
    this.file = file;
    this.environment = environment;
  }

  static List<String> read(String file, Path folder, Environment environment) {
    EnvironmentFile reader = new EnvironmentFile(file, environment);
    String text = reader.text(folder);
    int start = text.startsWith("\uFEFF") ? 1 : 0;
    while (start < text.length()) {
      int newline = text.indexOf('\n', start);
      int end = newline < 0 ? text.length() : newline;
      int content = end > start && text.charAt(end - 1) == '\r' ? end - 1 : end;
      reader.line(text.substring(start, content).stripLeading());
      start = end + 1;
    }
    return reader.settings;
  }

  private void line(String line) {
    if (line.isEmpty() || line.charAt(0) == '#') {
      return;
    }
    int equals = line.indexOf('=');
    String name = equals < 0 ? line : line.substring(0, equals);
    if (name.isEmpty()) {
      throw invalid("no variable name on line '" + line + "'");
    }
    for (int i = 0; i < name.length(); i++) {
      if (Character.isWhitespace(name.charAt(i))) {
        throw invalid("variable '" + name + "' contains whitespaces");
      }
    }
    if (equals >= 0) {
      settings.add(line);
      return;
    }
    String own = environment.get(name);
    if (own != null) {
      settings.add(name + "=" + own);
    }
  }

  private String text(Path folder) {
    if (file.isEmpty()) {
      throw invalid("its name is empty");
    }
    byte[] bytes;
    try (InputStream in = Files.newInputStream(folder.resolve(file))) {
      bytes = in.readNBytes(MAX_BYTES + 1);
    } catch (NoSuchFileException e) {
      throw invalid("no such file");
    } catch (IOException e) {
      throw invalid(String.valueOf(e.getMessage()));
    }
    if (bytes.length > MAX_BYTES) {
      throw invalid("it is larger than 8 MiB");
    }
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      if (text.indexOf('\0') >= 0) {
        throw invalid("it holds a NUL");
      }
      return text;
    } catch (CharacterCodingException e) {
      throw invalid("it is not UTF-8");
    }
  }

  private UsageException invalid(String reason) {
    return new UsageException("invalid env file (" + file + "): " + reason);
  }
}
