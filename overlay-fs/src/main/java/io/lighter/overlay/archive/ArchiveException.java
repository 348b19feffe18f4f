package io.lighter.overlay.archive;

import io.lighter.linux.Name;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * An archive was refused, or a file could not be extracted or archived. The message names the entry
 * and says why; the cause is the system call that failed, if one did.
 *
 * <p>What an extraction had made until then is still in its folder, which is of no use: whoever
 * made the folder removes it.
 */
public final class ArchiveException extends IOException {
  /** Of a longer name the message has the beginning only. */
  private static final int MAX_SHOWN = 300;

  ArchiveException(String reason) {
    super(reason);
  }

  private ArchiveException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** Says of which entry the failure is. */
  static ArchiveException of(Name entry, Exception failure) {
    Throwable cause = failure instanceof ArchiveException ? failure.getCause() : failure;
    return new ArchiveException("entry " + quote(entry) + ": " + failure.getMessage(), cause);
  }

  /** Says where in the archive the failure is, when the entry has no name yet. */
  static ArchiveException at(long offset, ArchiveException failure) {
    String message = "header at byte " + offset + ": " + failure.getMessage();
    return new ArchiveException(message, failure.getCause());
  }

  /** Returns a name in quotes, without characters that a terminal or log would act on. */
  static String quote(Name name) {
    String text = name.toString();
    StringBuilder quoted = new StringBuilder(Math.min(text.length(), MAX_SHOWN) + 8).append('"');
    int shown = 0;
    for (int i = 0; i < text.length() && shown < MAX_SHOWN; shown++) {
      int character = text.codePointAt(i);
      i += Character.charCount(character);
      if (Character.isISOControl(character) || Character.getType(character) == Character.FORMAT) {
        quoted.append("\\u%04x".formatted(character));
      } else {
        quoted.appendCodePoint(character);
      }
    }
    return quoted.append(shown < MAX_SHOWN ? "\"" : "\"...").toString();
  }
}
