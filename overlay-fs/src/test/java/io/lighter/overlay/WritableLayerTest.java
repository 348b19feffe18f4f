package io.lighter.overlay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.linux.Errno;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.LinuxException;
import io.lighter.linux.MountFlags;
import io.lighter.linux.MountThread;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import io.lighter.testing.Resource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@RequiresRoot
@LeavesNothing(except = Resource.CGROUP)
class WritableLayerTest {
  private final Linux linux = Linux.kernel();
  @TempDir Path folder;

  @Test
  void shouldMakeFoldersThatOnlyRootMayEnter() throws IOException {
    try (Scratch scratch = new Scratch(linux, folder);
        WritableLayer layer =
            WritableLayer.create(linux, scratch.parent, "c", new RootAttributes(0711, 5, 6))) {
      assertThat(layer.name()).isEqualTo("c");
      assertThat(mode("c")).isEqualTo(040700);
      assertThat(mode("c/upper")).isEqualTo(040711);
      assertThat(mode("c/work")).isEqualTo(040700);
      assertThat(Files.getAttribute(folder.resolve("c/upper"), "unix:uid")).isEqualTo(5);
      assertThat(Files.getAttribute(folder.resolve("c/upper"), "unix:gid")).isEqualTo(6);
    }
  }

  private Object mode(String path) throws IOException {
    return Files.getAttribute(folder.resolve(path), "unix:mode");
  }

  @Test
  void shouldRefuseANameThatIsTaken() throws IOException {
    try (Scratch scratch = new Scratch(linux, folder)) {
      WritableLayer.create(linux, scratch.parent, "c", RootAttributes.DEFAULT).close();
      Files.writeString(folder.resolve("c/upper/precious"), "x");

      assertThatThrownBy(
              () -> WritableLayer.create(linux, scratch.parent, "c", RootAttributes.DEFAULT))
          .isInstanceOf(OverlayException.class)
          .hasMessageContaining("c");
      assertThat(folder.resolve("c/upper/precious")).exists();
    }
  }

  @Test
  void shouldRemoveAllThatAContainerAndTheKernelLeft() throws IOException {
    try (Scratch scratch = new Scratch(linux, folder);
        LayerStack stack = LayerStack.open(linux, scratch.layers(2))) {
      WritableLayer layer = scratch.writable(stack);
      try (Fd mount = stack.mount(layer, OverlayOptions.THROW_AWAY)) {
        Path root = Scratch.root(mount);
        Files.createDirectories(root.resolve("a/b/c"));
        Files.writeString(root.resolve("a/b/c/file"), "x");
        Files.createSymbolicLink(root.resolve("a/out"), folder.resolve("layer-0"));
        Files.delete(root.resolve("own-1"));
      }
      assertThat(folder.resolve("container/work/work")).exists();

      scratch.remove(layer);

      assertThat(folder.resolve("container")).doesNotExist();
      assertThat(folder.resolve("layer-0/common")).exists();
    }
  }

  @Test
  void shouldOpenALayerAgain() throws IOException {
    try (Scratch scratch = new Scratch(linux, folder);
        LayerStack stack = LayerStack.open(linux, scratch.layers(2))) {
      try (WritableLayer layer = scratch.writable(stack);
          Fd mount = stack.mount(layer, OverlayOptions.DEFAULTS)) {
        Files.writeString(Scratch.root(mount).resolve("kept"), "x");
      }
      try (WritableLayer layer = WritableLayer.open(linux, scratch.parent, "container");
          Fd mount = stack.mount(layer, OverlayOptions.DEFAULTS)) {
        assertThat(Scratch.root(mount).resolve("kept")).hasContent("x");
      }
    }
  }

  @Test
  void shouldLeaveNothingWhenTheDiskIsFull() throws IOException {
    // The root of the tmpfs counts, so that one, two and three more make a part of the layer.
    for (int inodes = 2; inodes <= 4; inodes++) {
      try (Fd small = tmpfs(inodes)) {
        if (inodes < 4) {
          assertThatThrownBy(() -> WritableLayer.create(linux, small, "c", RootAttributes.DEFAULT))
              .isInstanceOfSatisfying(
                  LinuxException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOSPC));
          assertThat(Scratch.names(Scratch.root(small))).isEmpty();
        } else {
          WritableLayer.create(linux, small, "c", RootAttributes.DEFAULT).close();
        }
      }
    }
  }

  @Test
  void shouldSayThatTheDiskIsFullAndNotMountForReadingOnly() throws Exception {
    Path place = Files.createDirectory(folder.resolve("small"));
    try (Scratch scratch = new Scratch(linux, folder)) {
      List<Path> layers = scratch.layers(2);
      for (int inodes = 4; inodes <= 7; inodes++) {
        int enough = inodes;
        MountThread.run(linux, "small-disk", () -> mountOnSmallDisk(layers, place, enough));
      }
    }
  }

  private boolean mountOnSmallDisk(List<Path> layers, Path place, int inodes) {
    try (Fd small = tmpfs(inodes);
        Scratch target = new Scratch(linux, place)) {
      linux.mounts().moveMount(small, target.parent);
      try (LayerStack stack = LayerStack.open(linux, layers);
          WritableLayer layer = WritableLayer.create(linux, small, "c", RootAttributes.DEFAULT)) {
        assertThatThrownBy(() -> stack.mount(layer, OverlayOptions.DEFAULTS).close())
            .isInstanceOf(OverlayException.class)
            .hasMessageContaining("the disk of the writable layer is full");
      }
    }
    linux.mounts().umount2(place.toString(), MountFlags.MNT_DETACH);
    return true;
  }

  private Fd tmpfs(int inodes) {
    return linux.mounts().create("tmpfs", List.of("nr_inodes=" + inodes), 0);
  }
}
