package io.lighter.images.registry.credentials;

import io.lighter.images.ImageException;
import io.lighter.runtime.json.JsonException;
import io.lighter.runtime.json.JsonReader;
import io.lighter.runtime.json.JsonWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Changes {@code auths} in {@code config.json}, and nothing else. */
final class ConfigFile {
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  private static final FileAttribute<Set<PosixFilePermission>> OWNERS_FOLDER =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private ConfigFile() {}

  /** Changes the file: a new one, fsync, rename, so that no reader sees a half. */
  static synchronized void change(Path path, Consumer<Map<String, Object>> change) {
    try {
      // Where it is a link, it stays one.
      Path file = Files.exists(path) ? path.toRealPath() : path.toAbsolutePath();
      Map<String, Object> config = copy(read(file));
      Map<String, Object> auths = copy(config.getOrDefault("auths", Map.of()));
      change.accept(auths);
      config.put("auths", auths);
      write(file, JsonWriter.indented(config).getBytes(StandardCharsets.UTF_8));
    } catch (IOException | JsonException e) {
      throw new ImageException(path + " cannot be changed: " + e.getMessage(), e);
    }
  }

  private static Object read(Path file) throws IOException {
    try {
      byte[] bytes = Files.readAllBytes(file);
      boolean empty = new String(bytes, StandardCharsets.UTF_8).isBlank();
      Object value = empty ? Map.of() : JsonReader.read(bytes);
      return value == null ? Map.of() : value;
    } catch (NoSuchFileException e) {
      return Map.of();
    }
  }

  private static Map<String, Object> copy(Object value) {
    if (!(value instanceof Map<?, ?> map)) {
      throw new ImageException("it is no JSON object where it must be one");
    }
    Map<String, Object> copy = new LinkedHashMap<>();
    map.forEach((key, one) -> copy.put(String.valueOf(key), one));
    return copy;
  }

  private static void write(Path file, byte[] content) throws IOException {
    Path folder = file.getParent();
    if (folder == null) {
      throw new IOException("it is in no folder");
    }
    if (!Files.exists(folder)) {
      Files.createDirectories(folder, OWNERS_FOLDER);
    }
    Path fresh = Files.createTempFile(folder, "config.json", null, OWNER_ONLY);
    try {
      try (FileChannel out = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
        ByteBuffer bytes = ByteBuffer.wrap(content);
        while (bytes.hasRemaining()) {
          out.write(bytes);
        }
        out.force(true);
      }
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(fresh);
    }
    try (FileChannel entries = FileChannel.open(folder, StandardOpenOption.READ)) {
      entries.force(true);
    }
  }
}
