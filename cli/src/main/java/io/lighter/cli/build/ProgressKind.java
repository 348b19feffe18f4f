package io.lighter.cli.build;

import io.lighter.cli.flags.Flags;
import io.lighter.cli.images.ImageSession;
import io.lighter.linux.Fd;

/** How progress is shown, on standard error. */
enum ProgressKind {
  PLAIN,
  TTY,
  QUIET,
  RAWJSON;

  static ProgressKind of(Flags flags, ImageSession session) {
    if (flags.isOn("quiet", false)) {
      return QUIET;
    }
    String asked = flags.last("progress");
    String text =
        asked == null ? session.variables().getOrDefault("BUILDKIT_PROGRESS", "auto") : asked;
    boolean terminal = session.linux().terminals().isatty(Fd.STANDARD_ERROR);
    return switch (text) {
      case "auto", "" -> terminal ? TTY : PLAIN;
      case "plain" -> PLAIN;
      case "tty" -> TTY;
      case "quiet" -> QUIET;
      case "rawjson" -> RAWJSON;
      default -> throw flags.invalid("progress", text, "it is auto, plain, tty, quiet or rawjson");
    };
  }

  BuildDisplay open(ImageSession session) {
    return switch (this) {
      case PLAIN -> new PlainDisplay(session.err(), System::nanoTime);
      case TTY -> new TerminalDisplay(session.err(), System::nanoTime);
      case QUIET -> new QuietDisplay(session.err());
      case RAWJSON -> new JsonDisplay(session.err());
    };
  }
}
