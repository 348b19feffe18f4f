package io.lighter.images.reference;

import io.lighter.images.Digest;
import io.lighter.images.ImageException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The full name of an image: {@code busybox} is {@code docker.io/library/busybox:latest}.
 *
 * @param domain of the registry, with its port: {@code docker.io}, {@code localhost:5000}
 * @param path of the repository in it: {@code library/busybox}
 * @param tag null when there is a digest and no tag, or when none was given and none was asked for
 * @param digest null when a tag names it
 */
public record Reference(String domain, String path, @Nullable String tag, @Nullable Digest digest) {
  /** The registry of names that name none. */
  public static final String DEFAULT_DOMAIN = "docker.io";

  private static final String DEFAULT_TAG = "latest";
  private static final String OFFICIAL = "library/";
  private static final int MAX_NAME = 255;
  private static final Pattern DOMAIN =
      Pattern.compile(
          "(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*"
              + "|\\[[a-fA-F0-9:]+])(?::[0-9]+)?");
  private static final String COMPONENT = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
  private static final Pattern PATH = Pattern.compile(COMPONENT + "(?:/" + COMPONENT + ")*");
  private static final Pattern TAG = Pattern.compile("\\w[\\w.-]{0,127}");
  private static final Pattern BARE_ID = Pattern.compile("[a-f0-9]{64}");

  /**
   * Checks the parts.
   *
   * @throws ImageException says which is wrong
   */
  public Reference {
    if (!DOMAIN.matcher(domain).matches()) {
      throw invalid(domain + "/" + path, "\"" + domain + "\" is no name of a registry");
    }
    if (!PATH.matcher(path).matches()) {
      throw invalid(
          domain + "/" + path,
          path.chars().anyMatch(c -> c >= 'A' && c <= 'Z')
              ? "repository name must be lowercase"
              : "\"" + path + "\" is no name of a repository");
    }
    if (domain.length() + 1 + path.length() > MAX_NAME) {
      throw invalid(path, "a name must not be longer than " + MAX_NAME + " characters");
    }
    if (tag != null && !TAG.matcher(tag).matches()) {
      throw invalid(path + ":" + tag, "\"" + tag + "\" is no tag");
    }
  }

  /**
   * Reads a name as people write it, and gives it the tag {@code latest} when it has neither tag
   * nor digest.
   *
   * @throws ImageException when it is no name, and says why
   */
  public static Reference parse(String text) {
    Reference bare = parseBare(text);
    return bare.tag == null && bare.digest == null ? bare.withTag(DEFAULT_TAG) : bare;
  }

  /** Reads a name, and leaves the tag absent when it has none. */
  public static Reference parseBare(String text) {
    if (BARE_ID.matcher(text).matches()) {
      throw invalid(text, "64 hexadecimal digits are an id and no name");
    }
    String rest = text;
    Digest digest = null;
    int at = rest.indexOf('@');
    if (at >= 0) {
      try {
        digest = Digest.parse(rest.substring(at + 1));
      } catch (ImageException e) {
        throw invalid(text, String.valueOf(e.getMessage()));
      }
      rest = rest.substring(0, at);
    }
    String tag = null;
    int colon = rest.lastIndexOf(':');
    if (colon > rest.lastIndexOf('/')) {
      tag = rest.substring(colon + 1);
      rest = rest.substring(0, colon);
    }
    if (rest.isEmpty()) {
      throw invalid(text, "it has no name of a repository");
    }
    return split(rest, tag, digest);
  }

  private static Reference split(String name, @Nullable String tag, @Nullable Digest digest) {
    int slash = name.indexOf('/');
    String first = slash < 0 ? "" : name.substring(0, slash);
    if (isDomain(first)) {
      String domain = first.equals("index.docker.io") ? DEFAULT_DOMAIN : first;
      return new Reference(domain, official(domain, name.substring(slash + 1)), tag, digest);
    }
    return new Reference(DEFAULT_DOMAIN, official(DEFAULT_DOMAIN, name), tag, digest);
  }

  private static boolean isDomain(String first) {
    return first.equals("localhost")
        || first.indexOf('.') >= 0
        || first.indexOf(':') >= 0
        || first.chars().anyMatch(c -> c >= 'A' && c <= 'Z');
  }

  private static String official(String domain, String path) {
    return domain.equals(DEFAULT_DOMAIN) && path.indexOf('/') < 0 ? OFFICIAL + path : path;
  }

  /** The repository: domain and path. */
  public String name() {
    return domain + "/" + path;
  }

  /** The name as people like to read it: {@code busybox} rather than its full form. */
  public String familiarName() {
    if (!domain.equals(DEFAULT_DOMAIN)) {
      return name();
    }
    boolean official = path.startsWith(OFFICIAL) && path.indexOf('/', OFFICIAL.length()) < 0;
    return official ? path.substring(OFFICIAL.length()) : path;
  }

  /** As {@link #familiarName}, with tag and digest. */
  public String familiar() {
    return familiarName() + suffix();
  }

  /** The same repository with another tag, and no digest. */
  public Reference withTag(String value) {
    return new Reference(domain, path, value, null);
  }

  /** The same repository by a digest, without a tag. */
  public Reference withDigest(Digest value) {
    return new Reference(domain, path, null, value);
  }

  /** What a registry is asked for: the digest if there is one, or else the tag. */
  public String selector() {
    if (digest != null) {
      return digest.toString();
    }
    return tag == null ? DEFAULT_TAG : tag;
  }

  private String suffix() {
    return (tag == null ? "" : ":" + tag) + (digest == null ? "" : "@" + digest);
  }

  /** The full name. */
  @Override
  public String toString() {
    return name() + suffix();
  }

  private static ImageException invalid(String text, String why) {
    return new ImageException("invalid reference format: " + text + ": " + why);
  }
}
