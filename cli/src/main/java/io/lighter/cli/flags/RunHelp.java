package io.lighter.cli.flags;

import org.apache.commons.cli.Option;

/** The text of {@code lighter run --help}. */
public final class RunHelp {
  private static final int COLUMN = 37;

  private RunHelp() {}

  public static String text() {
    StringBuilder text =
        new StringBuilder(
            """
            Usage:  lighter run [OPTIONS] IMAGE [COMMAND] [ARG...]
                    lighter run [OPTIONS] --rootfs DIR COMMAND [ARG...]
                    lighter run [OPTIONS] --bundle DIR

            Create and run a new container in the foreground

            The image is host, the machine's own root; what the container writes is thrown away.
            Options are those of docker run. One that is not listed is refused.
            """);
    for (FlagSection section : RunFlags.sections()) {
      text.append('\n').append(section.title()).append(":\n");
      for (Option flag : section.flags()) {
        append(text, flag);
      }
    }
    return text.toString();
  }

  private static void append(StringBuilder text, Option flag) {
    int start = text.length();
    text.append(flag.getOpt() == null ? "      " : "  -" + flag.getOpt() + ", ");
    text.append("--").append(flag.getLongOpt()).append(' ').append(flag.getArgName());
    while (text.length() < start + COLUMN) {
      text.append(' ');
    }
    text.append(flag.getDescription()).append('\n');
  }
}
