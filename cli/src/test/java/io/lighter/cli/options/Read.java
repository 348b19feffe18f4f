package io.lighter.cli.options;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.lighter.cli.flags.Flags;
import io.lighter.cli.flags.UsageException;
import java.nio.file.Path;
import java.util.Map;
import org.assertj.core.api.ThrowableAssertAlternative;

/** Reads command lines as if from the folder {@code /srv} with one variable set. */
final class Read {
  private Read() {}

  /** The options of {@code arguments} followed by the image {@code host} and {@code true}. */
  static RunOptions host(String... arguments) {
    String[] line = new String[arguments.length + 2];
    System.arraycopy(arguments, 0, line, 0, arguments.length);
    line[arguments.length] = "host";
    line[arguments.length + 1] = "true";
    return line(line);
  }

  static RunOptions line(String... arguments) {
    return RunOptions.read(
        Flags.parse(arguments), Path.of("/srv"), new Environment(Map.of("FOO", "foo value")));
  }

  static ThrowableAssertAlternative<UsageException> assertRefused(String... arguments) {
    return assertThatExceptionOfType(UsageException.class).isThrownBy(() -> host(arguments));
  }
}
