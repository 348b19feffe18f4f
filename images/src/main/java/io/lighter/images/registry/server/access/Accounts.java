package io.lighter.images.registry.server.access;

import io.lighter.images.Digest;
import io.lighter.images.ImageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.security.crypto.bcrypt.BCrypt;

/**
 * The users of an htpasswd file, as {@code htpasswd -B} writes it. A changed file counts from the
 * next request on. Safe for use by many threads.
 */
public final class Accounts {
  /** Compared for users that are not there, so that they take as long as those that are. */
  private static final String NOBODY = BCrypt.hashpw("nobody", BCrypt.gensalt(10));

  /** What bcrypt looks at; longer ones are refused instead of cut. */
  private static final int MAX_PASSWORD = 72;

  private static final int MAX_REMEMBERED = 10_000;

  private final Path file;
  private final byte[] salt = SecureRandom.getSeed(16);

  /** Hashes of passwords that were right, since bcrypt takes long on purpose. */
  private final Map<String, byte[]> right = new ConcurrentHashMap<>();

  private Map<String, String> hashes;
  private FileTime read;

  private Accounts(Path file) throws IOException {
    this.file = file;
    this.read = Files.getLastModifiedTime(file);
    this.hashes = load(file);
  }

  /**
   * Reads a file.
   *
   * @throws ImageException names the line that is not right
   */
  public static Accounts of(Path file) throws IOException {
    return new Accounts(file);
  }

  private static Map<String, String> load(Path file) throws IOException {
    Map<String, String> hashes = new HashMap<>();
    int number = 0;
    for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
      number++;
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      int colon = line.indexOf(':');
      String hash = colon < 0 ? "" : line.substring(colon + 1).strip();
      if (colon < 1 || !hash.matches("\\$2[aby]\\$\\d\\d\\$[./A-Za-z0-9]{53}")) {
        throw new ImageException(
            "%s, line %d: not of the form USER:HASH with a hash of bcrypt; htpasswd -B writes such"
                .formatted(file, number));
      }
      hashes.put(line.substring(0, colon), hash);
    }
    return hashes;
  }

  /** Whether this is the password of the user. */
  public boolean check(String user, String password) {
    String hash = hash(user);
    byte[] bytes = password.getBytes(StandardCharsets.UTF_8);
    if (hash == null || bytes.length > MAX_PASSWORD) {
      BCrypt.checkpw("somebody", NOBODY);
      return false;
    }
    byte[] quick = quickly(hash, bytes);
    byte[] known = right.get(user);
    if (known != null && MessageDigest.isEqual(known, quick)) {
      return true;
    }
    if (!BCrypt.checkpw(password, hash)) {
      return false;
    }
    if (right.size() < MAX_REMEMBERED) {
      right.put(user, quick);
    }
    return true;
  }

  /** Returns what changes with the password of a user, or null when there is no such user. */
  @Nullable String version(String user) {
    String hash = hash(user);
    return hash == null ? null : Digest.of(hash.getBytes(StandardCharsets.UTF_8)).shortHex();
  }

  private byte[] quickly(String hash, byte[] password) {
    MessageDigest digest = Digest.newSha256();
    digest.update(salt);
    digest.update(hash.getBytes(StandardCharsets.UTF_8));
    return digest.digest(password);
  }

  private synchronized @Nullable String hash(String user) {
    try {
      FileTime changed = Files.getLastModifiedTime(file);
      if (!changed.equals(read)) {
        hashes = load(file);
        read = changed;
      }
    } catch (IOException | ImageException e) {
      // It is being written, or was damaged: what was read last counts.
    }
    return hashes.get(user);
  }
}
