package io.lighter.images;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What an image runs on, in Go's names, normalised as containerd does: {@code linux/amd64}, {@code
 * linux/arm64}, {@code linux/arm/v7}.
 *
 * @param os {@code linux}, ...
 * @param architecture {@code amd64}, ...
 * @param variant {@code v7}, or null
 * @param osVersion or null
 * @param osFeatures mostly empty
 */
public record Platform(
    String os,
    String architecture,
    @Nullable String variant,
    @Nullable String osVersion,
    List<String> osFeatures) {
  private static final String LINUX = "linux";

  /** Copies the list. */
  public Platform {
    osFeatures = List.copyOf(osFeatures);
  }

  /** One with no more than what each has; names are normalised. */
  public static Platform of(String os, String architecture, @Nullable String variant) {
    String cpu = architecture(architecture.toLowerCase(Locale.ROOT));
    return new Platform(
        os.toLowerCase(Locale.ROOT), cpu, variant(cpu, architecture, variant), null, List.of());
  }

  /** Returns what this machine runs. */
  public static Platform local() {
    return of(LINUX, System.getProperty("os.arch"), null);
  }

  /**
   * Reads {@code OS[/ARCHITECTURE[/VARIANT]]}, or an architecture alone.
   *
   * @throws ImageException when it is none of these
   */
  public static Platform parse(String text) {
    String[] parts = text.split("/", -1);
    for (String part : parts) {
      if (!part.matches("[A-Za-z0-9_.()-]+")) {
        throw new ImageException(
            "\"" + text + "\" is no platform: OS/ARCHITECTURE or OS/ARCHITECTURE/VARIANT is");
      }
    }
    return switch (parts.length) {
      case 1 ->
          isOs(parts[0])
              ? of(parts[0], local().architecture(), null)
              : of(LINUX, knownArchitecture(parts[0], text), null);
      case 2 -> of(parts[0], parts[1], null);
      case 3 -> of(parts[0], parts[1], parts[2]);
      default ->
          throw new ImageException("\"" + text + "\" is no platform: it has more than three parts");
    };
  }

  /**
   * How well an image of another platform runs on this one.
   *
   * @return 0 when it does not; more is better
   */
  public int suitability(Platform image) {
    Platform other = of(image.os, image.architecture, image.variant);
    if (!os.equals(other.os)) {
      return 0;
    }
    if (architecture.equals(other.architecture)) {
      if (Objects.equals(variant, other.variant)) {
        return 100;
      }
      return level(other) <= level(this) ? 50 + level(other) : 0;
    }
    // 32-bit images run on 64-bit processors, if nothing better is there.
    boolean smaller =
        (architecture.equals("amd64") && other.architecture.equals("386"))
            || (architecture.equals("arm64") && other.architecture.equals("arm"));
    return smaller ? 1 + level(other) : 0;
  }

  private static int level(Platform platform) {
    String variant = platform.variant;
    if (variant == null || !variant.matches("v[0-9]")) {
      return platform.architecture.equals("arm")
          ? 7
          : platform.architecture.equals("arm64") ? 8 : 1;
    }
    return variant.charAt(1) - '0';
  }

  private static boolean isOs(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case LINUX, "windows", "darwin", "freebsd", "netbsd", "openbsd", "solaris", "aix" -> true;
      default -> false;
    };
  }

  private static String knownArchitecture(String text, String all) {
    return switch (architecture(text.toLowerCase(Locale.ROOT))) {
      case "amd64", "arm64", "arm", "386", "ppc64le", "s390x", "riscv64", "mips64le", "loong64" ->
          text;
      default ->
          throw new ImageException(
              "\"" + all + "\" is neither an operating system nor an architecture that is known");
    };
  }

  private static String architecture(String text) {
    return switch (text) {
      case "x86_64", "x86-64" -> "amd64";
      case "aarch64" -> "arm64";
      case "i386", "i486", "i586", "i686" -> "386";
      case "armhf", "armel" -> "arm";
      default -> text;
    };
  }

  private static @Nullable String variant(
      String architecture, String given, @Nullable String variant) {
    String text = variant == null || variant.isEmpty() ? null : variant.toLowerCase(Locale.ROOT);
    return switch (architecture) {
      case "arm64" -> text == null || text.equals("8") || text.equals("v8") ? null : text;
      case "arm" -> {
        if (text == null) {
          yield given.equalsIgnoreCase("armel") ? "v6" : "v7";
        }
        yield text.matches("[0-9]") ? "v" + text : text;
      }
      case "amd64" -> "v1".equals(text) ? null : text;
      default -> text;
    };
  }

  @Override
  public String toString() {
    return variant == null ? os + "/" + architecture : os + "/" + architecture + "/" + variant;
  }
}
