package io.lighter.images.registry.server.access;

import io.lighter.images.ImageException;
import io.lighter.images.json.Fields;
import io.lighter.runtime.json.JsonWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs what tokens say, as JSON Web Tokens with HMAC-SHA-256: they are only read by this registry,
 * so one secret does for both ends, and no token has to be remembered.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7515">RFC 7515</a>
 */
public final class TokenSigner {
  private static final String ALGORITHM = "HmacSHA256";
  private static final int KEY_BYTES = 32;
  private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

  /** Only tokens that begin so are looked at: no other algorithm can be talked into. */
  private static final String HEADER =
      ENCODER.encodeToString(
          "{\"alg\":\"HS256\",\"typ\":\"JWT\"}".getBytes(StandardCharsets.UTF_8));

  private final SecretKeySpec key;

  private TokenSigner(byte[] key) {
    this.key = new SecretKeySpec(key, ALGORITHM);
  }

  /**
   * Reads the secret, or makes one on the first use. Removing the file makes all tokens invalid.
   *
   * @param file private to the user
   */
  public static TokenSigner of(Path file) throws IOException {
    byte[] fresh = new byte[KEY_BYTES];
    new SecureRandom().nextBytes(fresh);
    Path draft = file.resolveSibling(file.getFileName() + ".new");
    if (!Files.exists(file)) {
      Files.deleteIfExists(draft);
      Files.createFile(
          draft,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.write(draft, fresh, StandardOpenOption.WRITE, StandardOpenOption.SYNC);
      try {
        Files.move(draft, file);
      } catch (FileAlreadyExistsException e) {
        Files.deleteIfExists(draft);
      }
    }
    byte[] key = Files.readAllBytes(file);
    if (key.length != KEY_BYTES) {
      throw new IOException(file + " is no secret of tokens: remove it, and clients log in again");
    }
    return new TokenSigner(key);
  }

  String sign(Map<String, Object> claims) {
    byte[] json = JsonWriter.compact(claims).getBytes(StandardCharsets.UTF_8);
    String signed = HEADER + "." + ENCODER.encodeToString(json);
    return signed + "." + ENCODER.encodeToString(mac(signed));
  }

  /**
   * Returns what a token says.
   *
   * @throws ImageException when it was not signed here, or is not valid any more
   */
  Fields verify(String token) {
    int dot = token.lastIndexOf('.');
    if (dot < 0 || !token.startsWith(HEADER + ".") || dot <= HEADER.length()) {
      throw new ImageException("the token is none of this registry");
    }
    byte[] signature;
    byte[] json;
    try {
      signature = Base64.getUrlDecoder().decode(token.substring(dot + 1));
      json = Base64.getUrlDecoder().decode(token.substring(HEADER.length() + 1, dot));
    } catch (IllegalArgumentException e) {
      throw new ImageException("the token is none of this registry", e);
    }
    if (!MessageDigest.isEqual(signature, mac(token.substring(0, dot)))) {
      throw new ImageException("the token was not signed by this registry");
    }
    Fields claims = Fields.read("the token", json);
    if (claims.number("exp", 0) < System.currentTimeMillis() / 1000) {
      throw new ImageException("the token has expired");
    }
    return claims;
  }

  private byte[] mac(String text) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      return mac.doFinal(text.getBytes(StandardCharsets.US_ASCII));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }
}
