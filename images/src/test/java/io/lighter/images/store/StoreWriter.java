package io.lighter.images.store;

import io.lighter.images.fixture.TarBytes;
import io.lighter.images.fixture.TestImages;
import io.lighter.images.reference.Reference;
import io.lighter.linux.Linux;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/** Makes, names and removes images without an end, and says which are committed; to be killed. */
final class StoreWriter {
  private StoreWriter() {}

  /** Takes the folder of the store and a seed. */
  public static void main(String[] arguments) throws IOException {
    ImageStore store = ImageStore.open(Linux.kernel(), Path.of(arguments[0]));
    Random random = new Random(Long.parseLong(arguments[1]));
    for (int i = 0; ; i++) {
      byte[] content = new byte[random.nextInt(1 << 18)];
      random.nextBytes(content);
      byte[] top = new TarBytes().file("file", 0644, content).bytes();
      byte[] base = new TarBytes().file("base", "base").bytes();
      String name = "image-" + arguments[1] + ":" + i;
      ImageRecord image = TestImages.put(store, name, base, top);
      System.out.println("committed " + name + " " + image.id());
      System.out.flush();
      if (i % 3 == 2) {
        String gone = "image-" + arguments[1] + ":" + (i - 1);
        System.out.println("removing " + gone);
        System.out.flush();
        NamedImage named = store.named(Reference.parse(gone));
        if (named != null) {
          store.untag(List.of(named.name()));
          store.remove(named.id());
          store.collectGarbage();
        }
      }
    }
  }
}
