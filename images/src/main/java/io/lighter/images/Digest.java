package io.lighter.images;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The name of content by its hash, such as {@code sha256:e3b0c4...}.
 *
 * @param algorithm {@code sha256} or {@code sha512}
 * @param hex 64 or 128 hexadecimal digits in lower case: safe as the name of a file
 * @see <a href="https://github.com/opencontainers/image-spec/blob/main/descriptor.md#digests">OCI
 *     digests</a>
 */
public record Digest(String algorithm, String hex) implements Comparable<Digest> {
  private static final String SHA256 = "sha256";
  private static final String SHA512 = "sha512";

  /**
   * Checks the syntax.
   *
   * @throws ImageException says what is wrong
   */
  public Digest {
    int length =
        switch (algorithm) {
          case SHA256 -> 64;
          case SHA512 -> 128;
          default ->
              throw new ImageException(
                  "the digest " + algorithm + ":" + hex + " is by neither sha256 nor sha512");
        };
    if (hex.length() != length || !isLowerHex(hex)) {
      throw new ImageException(
          "the digest %s:%s must have %d digits of 0-9a-f".formatted(algorithm, hex, length));
    }
  }

  /**
   * Reads {@code ALGORITHM:HEX}.
   *
   * @throws ImageException when it is no digest
   */
  public static Digest parse(String text) {
    int colon = text.indexOf(':');
    if (colon < 0) {
      throw new ImageException("\"" + text + "\" is no digest: it has no algorithm before a colon");
    }
    return new Digest(text.substring(0, colon), text.substring(colon + 1));
  }

  /** Reads a digest, or returns null when the text is none. */
  public static @Nullable Digest parseOrNull(String text) {
    try {
      return parse(text);
    } catch (ImageException e) {
      return null;
    }
  }

  /** Returns the SHA-256 of bytes. */
  public static Digest of(byte[] content) {
    return ofSha256(newSha256().digest(content));
  }

  /** Returns the digest that a finished SHA-256 is. */
  public static Digest ofSha256(byte[] hash) {
    return new Digest(SHA256, HexFormat.of().formatHex(hash));
  }

  /** Returns a new SHA-256, which every JDK has. */
  public static MessageDigest newSha256() {
    return messageDigest(SHA256);
  }

  /** Returns a new computation of this digest's algorithm. */
  public MessageDigest newMessageDigest() {
    return messageDigest(algorithm);
  }

  /** Returns the digest of the same algorithm that a finished computation came to. */
  public Digest sameAlgorithm(byte[] hash) {
    return new Digest(algorithm, HexFormat.of().formatHex(hash));
  }

  /** The first 12 digits, as people are shown them. */
  public String shortHex() {
    return hex.substring(0, 12);
  }

  @Override
  public int compareTo(Digest other) {
    return toString().compareTo(other.toString());
  }

  @Override
  public String toString() {
    return algorithm + ":" + hex;
  }

  private static MessageDigest messageDigest(String algorithm) {
    try {
      String name = algorithm.toUpperCase(Locale.ROOT).replace("SHA", "SHA-");
      return MessageDigest.getInstance(name);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private static boolean isLowerHex(String text) {
    return text.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
  }
}
