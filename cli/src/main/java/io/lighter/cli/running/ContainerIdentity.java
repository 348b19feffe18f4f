package io.lighter.cli.running;

import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * How a container is called: by the name that its run was given, or by its id.
 *
 * @param id 64 hexadecimal digits
 * @param given the name that was given, or null
 */
public record ContainerIdentity(String id, @Nullable String given) {
  private static final int ID = 64;
  private static final int SHORT_ID = 12;

  /** Returns how it is shown: without a name by twelve digits, which commands take for it. */
  public String name() {
    return given == null ? shortId() : given;
  }

  /** Returns the first twelve digits of the id. */
  public String shortId() {
    return id.substring(0, SHORT_ID);
  }

  /** Returns the name of its files beside those of others: nobody else has it meanwhile. */
  public String fileName() {
    return given == null ? id : given;
  }

  static ContainerIdentity of(String fileName, String id) {
    return new ContainerIdentity(id, fileName.equals(id) ? null : fileName);
  }

  /** Whether a file is one of a container without a name, or of a name that looks like an id. */
  static boolean isId(String fileName) {
    return fileName.length() == ID
        && fileName.chars().allMatch(c -> HexFormat.isHexDigit(c) && !Character.isUpperCase(c));
  }
}
