package io.lighter.runtime.logs.driver;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A private key in a PEM file: PKCS #8, or PKCS #1 of RSA, which is put into PKCS #8 here because
 * the JDK reads nothing else. Other kinds are refused by an error that says how to convert them.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc5208">RFC 5208</a>, PKCS #8
 */
final class PrivateKeyFile {
  private static final Pattern PEM =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]*PRIVATE KEY)-----\\s+(.*?)-----END", Pattern.DOTALL);

  /** Version 0, and the algorithm rsaEncryption without parameters. */
  private static final byte[] RSA = HexFormat.of().parseHex("020100300d06092a864886f70d0101010500");

  private static final int SEQUENCE = 0x30;
  private static final int OCTET_STRING = 0x04;

  private PrivateKeyFile() {}

  /** Reads the key that belongs to a certificate's public one. */
  static PrivateKey read(LogOptions options, String option, PublicKey publicKey)
      throws GeneralSecurityException {
    String may =
        "a PEM file with a private key of PKCS #8 without a password: make one by"
            + " openssl pkcs8 -topk8 -nocrypt";
    try {
      Matcher pem = PEM.matcher(Files.readString(Path.of(options.text(option))));
      if (!pem.find() || pem.group(2).contains(":")) {
        throw options.invalid(option, may, null);
      }
      byte[] der = Base64.getMimeDecoder().decode(pem.group(2));
      byte[] pkcs8 =
          switch (pem.group(1)) {
            case "PRIVATE KEY" -> der;
            case "RSA PRIVATE KEY" -> element(SEQUENCE, joined(RSA, element(OCTET_STRING, der)));
            default -> throw options.invalid(option, may, null);
          };
      return KeyFactory.getInstance(publicKey.getAlgorithm())
          .generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
    } catch (IOException e) {
      throw options.invalid(option, "a file that can be read", e);
    }
  }

  /** Writes an element of DER, of at most 65535 bytes. */
  private static byte[] element(int tag, byte[] content) {
    int size = content.length;
    byte[] head =
        size < 0x80
            ? new byte[] {(byte) tag, (byte) size}
            : new byte[] {(byte) tag, (byte) 0x82, (byte) (size >>> 8), (byte) size};
    return joined(head, content);
  }

  private static byte[] joined(byte[] first, byte[] second) {
    ByteWriter both = new ByteWriter();
    both.put(first);
    both.put(second);
    return both.toArray();
  }
}
