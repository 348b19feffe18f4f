package io.lighter.cli.flags;

/** The text of {@code lighter run --help}. */
public final class RunHelp {
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
      section.appendHelp(text);
    }
    return text.toString();
  }
}
