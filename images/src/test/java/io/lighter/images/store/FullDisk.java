package io.lighter.images.store;

import io.lighter.images.fixture.TarBytes;
import io.lighter.images.fixture.TestImages;
import io.lighter.images.reference.Reference;
import io.lighter.linux.Linux;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;

/** Fills a store's file system, which the test has made small, and looks at what is left. */
final class FullDisk {
  private FullDisk() {}

  /** Takes the folder of the store; prints what it found. */
  public static void main(String[] arguments) throws IOException {
    ImageStore store = ImageStore.open(Linux.kernel(), Path.of(arguments[0]));
    ImageRecord small = TestImages.put(store, "small:1", tar(1 << 10));
    String error = "none";
    try {
      TestImages.put(store, "large:1", tar(6 << 20));
    } catch (IOException | RuntimeException e) {
      error = String.valueOf(e.getMessage());
    }
    System.out.println("error: " + error);
    ImageStore again = ImageStore.open(Linux.kernel(), Path.of(arguments[0]));
    again.collectGarbage();
    System.out.println("images: " + again.images().size());
    System.out.println("large: " + again.named(Reference.parse("large:1")));
    System.out.println("small: " + again.config(small).diffIds().equals(small.diffIds()));
    System.out.println("blobs: " + again.blobs().list().size());
    TestImages.put(again, "next:1", tar(1 << 11));
    System.out.println("next: " + (again.named(Reference.parse("next:1")) != null));
  }

  private static byte[] tar(int size) {
    byte[] content = new byte[size];
    new Random(size).nextBytes(content);
    return new TarBytes().file("file", 0644, content).bytes();
  }
}
