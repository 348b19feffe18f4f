package io.lighter.bench.images;

import io.lighter.bench.machine.BusyboxRoot;
import io.lighter.bench.machine.Command;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/** What is moved and built: contexts of builds, the same bytes in every run. */
final class ImageLoad {
  static final int LAYERS = 10;
  static final int MEGABYTES = 50;
  private static final int FILE = 256 << 10;
  private static final int WORDS = 4096;
  private static final int STEPS = 20;
  private static final int FOLDERS = 100;
  private static final int FILES = 1000;

  private ImageLoad() {}

  /** A Dockerfile of 10 layers, 50 MB each, that gzip makes a third of. */
  static Path large(Path folder) throws IOException {
    StringBuilder dockerfile = new StringBuilder("FROM scratch\n");
    Random random = new Random(1);
    byte[][] words = new byte[WORDS][];
    for (int i = 0; i < WORDS; i++) {
      words[i] = word(random);
    }
    for (int layer = 0; layer < LAYERS; layer++) {
      Path files = Files.createDirectories(folder.resolve("layer-" + layer));
      for (int file = 0; file < MEGABYTES * (1 << 20) / FILE; file++) {
        Files.write(files.resolve("file-" + file), content(random, words));
      }
      dockerfile.append("COPY layer-%d /layer-%d/%n".formatted(layer, layer));
    }
    Files.writeString(folder.resolve("Dockerfile"), dockerfile);
    return folder;
  }

  private static byte[] word(Random random) {
    byte[] word = new byte[3 + random.nextInt(9)];
    for (int i = 0; i < word.length; i++) {
      word[i] = (byte) ('a' + random.nextInt(26));
    }
    word[word.length - 1] = ' ';
    return word;
  }

  private static byte[] content(Random random, byte[][] words) {
    byte[] content = new byte[FILE];
    int at = 0;
    while (at < FILE) {
      byte[] word = words[random.nextInt(WORDS)];
      int length = Math.min(word.length, FILE - at);
      System.arraycopy(word, 0, content, at, length);
      at += length;
    }
    return content;
  }

  /** Two stages of 20 steps, half of them commands. */
  static Path steps(Path folder, String base) throws IOException {
    Files.createDirectories(folder);
    StringBuilder dockerfile = new StringBuilder("FROM " + base + " AS first\n");
    for (int i = 0; i < STEPS / 4; i++) {
      Files.writeString(folder.resolve("a" + i), "a" + i);
      dockerfile.append("COPY a%d /a%d%nRUN cat /a%d > /made-a%d%n".formatted(i, i, i, i));
    }
    dockerfile.append("FROM " + base + "\n");
    for (int i = 0; i < STEPS / 4 - 1; i++) {
      Files.writeString(folder.resolve("b" + i), "b" + i);
      dockerfile.append("COPY b%d /b%d%nRUN cat /b%d > /made-b%d%n".formatted(i, i, i, i));
    }
    dockerfile.append("COPY --from=first /made-a0 /made-a0\nENV DONE=yes\n");
    Files.writeString(folder.resolve("Dockerfile"), dockerfile);
    return folder;
  }

  /** 100,000 files of 100 bytes, 1,000 in a folder. */
  static void many(Path folder) throws IOException {
    for (int i = 0; i < FOLDERS; i++) {
      Path files = Files.createDirectories(folder.resolve("folder-" + i));
      for (int j = 0; j < FILES; j++) {
        Files.writeString(files.resolve("file-" + j), "%100d".formatted(i * FILES + j));
      }
    }
  }

  /** A context that makes an image of busybox. */
  static Path base(Path folder) throws IOException, InterruptedException {
    Files.createDirectories(folder);
    Path root = BusyboxRoot.make(folder.resolve("root"));
    Command.silently(List.of("chmod", "755", root.toString()));
    Files.write(
        folder.resolve("Dockerfile"),
        "FROM scratch\nCOPY root /\nENV PATH=/bin\nCMD [\"sh\"]\n"
            .getBytes(StandardCharsets.UTF_8));
    return folder;
  }
}
