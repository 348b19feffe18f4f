package io.lighter.images.registry;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Certificates and keys as openssl writes them. */
public final class PemFiles {
  private static final Pattern KEY =
      Pattern.compile("-----BEGIN ((?:\\w+ )?)PRIVATE KEY-----([^-]+)-----END");
  private static final byte[] RSA = HexFormat.of().parseHex("300d06092a864886f70d0101010500");
  private static final byte[] EC_OID = HexFormat.of().parseHex("06072a8648ce3d0201");
  private static final byte[] VERSION_0 = {2, 1, 0};

  private PemFiles() {}

  /**
   * Reads all certificates of a file.
   *
   * @throws IOException names the file
   */
  public static List<X509Certificate> certificates(Path file) throws IOException {
    List<X509Certificate> all = new ArrayList<>();
    try (InputStream in = Files.newInputStream(file)) {
      for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        all.add((X509Certificate) one);
      }
    } catch (CertificateException e) {
      throw new IOException(file + " has no certificates in PEM: " + e.getMessage(), e);
    }
    return all;
  }

  /**
   * Reads a key that has no password: PKCS#8, or what openssl wrote before, for RSA (PKCS#1) and
   * elliptic curves (RFC 5915).
   *
   * @throws IOException names the file
   */
  public static PrivateKey privateKey(Path file) throws IOException {
    Matcher pem = KEY.matcher(Files.readString(file, StandardCharsets.US_ASCII));
    if (!pem.find()) {
      throw new IOException(file + " has no private key in PEM without a password");
    }
    byte[] der = Base64.getMimeDecoder().decode(pem.group(2).strip());
    try {
      return switch (pem.group(1)) {
        case "RSA " -> key("RSA", pkcs8(RSA, der));
        case "EC " -> key("EC", pkcs8(tlv(0x30, concat(EC_OID, curve(der))), der));
        case "" -> anyKey(der);
        default -> throw new IOException(file + " has a key of the unknown kind " + pem.group(1));
      };
    } catch (GeneralSecurityException e) {
      throw new IOException(file + " has no key that can be used: " + e.getMessage(), e);
    }
  }

  private static PrivateKey anyKey(byte[] pkcs8) throws GeneralSecurityException {
    GeneralSecurityException last = new GeneralSecurityException("no algorithm");
    for (String algorithm : List.of("RSA", "EC", "EdDSA")) {
      try {
        return key(algorithm, pkcs8);
      } catch (GeneralSecurityException e) {
        last = e;
      }
    }
    throw last;
  }

  private static PrivateKey key(String algorithm, byte[] pkcs8) throws GeneralSecurityException {
    return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
  }

  private static byte[] pkcs8(byte[] algorithm, byte[] key) {
    return tlv(0x30, concat(VERSION_0, algorithm, tlv(0x04, key)));
  }

  /** The object identifier of the curve: ECPrivateKey ::= { 1, OCTET STRING, [0] OID, [1] ... }. */
  private static byte[] curve(byte[] der) throws GeneralSecurityException {
    int at = der[1] < 0 ? 2 + (der[1] & 0x7f) : 2;
    at += 3; // the version
    at += 2 + der[at + 1];
    if ((der[at] & 0xff) != 0xa0) {
      throw new GeneralSecurityException("it does not name its curve");
    }
    byte[] oid = new byte[der[at + 1]];
    System.arraycopy(der, at + 2, oid, 0, oid.length);
    return oid;
  }

  private static byte[] tlv(int tag, byte[] value) {
    byte[] head =
        value.length < 0x80
            ? new byte[] {(byte) tag, (byte) value.length}
            : new byte[] {(byte) tag, (byte) 0x82, (byte) (value.length >> 8), (byte) value.length};
    return concat(head, value);
  }

  private static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }
}
