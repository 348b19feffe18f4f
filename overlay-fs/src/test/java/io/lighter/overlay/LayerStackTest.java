package io.lighter.overlay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.linux.Errno;
import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.LinuxException;
import io.lighter.overlay.AlteredKernel.Lacks;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import io.lighter.testing.Resource;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@RequiresRoot
@LeavesNothing(except = Resource.CGROUP)
class LayerStackTest {
  @TempDir static Path shared;
  private static List<Path> layers = List.of();

  @TempDir Path folder;

  @BeforeAll
  static void makeLayers() throws IOException {
    try (Scratch scratch = new Scratch(Linux.kernel(), shared)) {
      layers = scratch.layers(LayerStack.MAX_LAYERS + 1);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "NOTHING, 1",
    "NOTHING, 2",
    "NOTHING, 50",
    "NOTHING, 500",
    "LAYERS_BY_DESCRIPTOR, 1",
    "LAYERS_BY_DESCRIPTOR, 50",
    "LAYERS_BY_DESCRIPTOR, 500",
    "LAYERS_ONE_BY_ONE, 1",
    "LAYERS_ONE_BY_ONE, 10",
    "LAYERS_ONE_BY_ONE, 50",
    "LAYERS_ONE_BY_ONE, 500",
    "CONTEXTS_OF_ITS_OWN, 2",
    "CONTEXTS_OF_ITS_OWN, 500"
  })
  void shouldMountLayersAboveOneAnother(Lacks lacks, int count) throws IOException {
    try (Scratch scratch = new Scratch(new AlteredKernel(lacks).linux(), folder);
        LayerStack stack = LayerStack.open(scratch.linux, layers.subList(0, count));
        WritableLayer writable = scratch.writable(stack);
        Fd mount = stack.mount(writable, OverlayOptions.DEFAULTS)) {
      Path root = Scratch.root(mount);

      assertThat(Scratch.names(root)).hasSize(count + 1).contains("own-0", "own-" + (count - 1));
      assertThat(root.resolve("common")).hasContent("layer-0");
      assertThat(root.resolve("own-" + (count - 1))).hasContent("layer-" + (count - 1));
      Files.writeString(root.resolve("common"), "written");
      assertThat(folder.resolve("container/upper/common")).hasContent("written");
      assertThat(shared.resolve("layer-0/common")).hasContent("layer-0");
    }
  }

  @ParameterizedTest
  @EnumSource(Lacks.class)
  void shouldMountForReadingWithoutAnUpper(Lacks lacks) throws IOException {
    for (int count : new int[] {1, 2, 40}) {
      try (Scratch scratch = new Scratch(new AlteredKernel(lacks).linux(), folder);
          LayerStack stack = LayerStack.open(scratch.linux, layers.subList(0, count));
          Fd mount = stack.mountReadOnly(OverlayOptions.DEFAULTS)) {
        Path root = Scratch.root(mount);

        assertThat(Scratch.names(root)).hasSize(count + 1);
        assertThatThrownBy(() -> Files.writeString(root.resolve("new"), "x"))
            .isInstanceOf(FileSystemException.class)
            .hasMessageContaining("Read-only file system");
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Lacks.class)
  void shouldTakeAnyCharacterInThePathsOfLayers(Lacks lacks) throws IOException {
    String deep = ("x".repeat(200) + "/").repeat(15);
    try (Scratch scratch = new Scratch(new AlteredKernel(lacks).linux(), folder)) {
      List<Path> odd = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        odd.add(scratch.layer("a:b,c\\d=é\n" + i + "/" + deep, "own-" + i));
      }
      try (LayerStack stack = LayerStack.open(scratch.linux, odd);
          WritableLayer writable = scratch.writable(stack);
          Fd mount = stack.mount(writable, OverlayOptions.DEFAULTS)) {
        assertThat(Scratch.names(Scratch.root(mount))).hasSize(20);
      }
    }
  }

  @Test
  void shouldMountWhatWasOpenedWhateverHappensToThePaths() throws IOException {
    try (Scratch scratch = new Scratch(new AlteredKernel(Lacks.NOTHING).linux(), folder);
        LayerStack stack = LayerStack.open(scratch.linux, scratch.layers(2));
        WritableLayer writable = scratch.writable(stack)) {
      Files.move(folder.resolve("layer-0"), folder.resolve("elsewhere"));
      scratch.layer("layer-0", "wrong");

      try (Fd mount = stack.mount(writable, OverlayOptions.DEFAULTS)) {
        assertThat(Scratch.names(Scratch.root(mount))).containsExactly("common", "own-0", "own-1");
      }
    }
  }

  @Test
  void shouldTakeLayersThatTheCallerHasOpen() throws IOException {
    try (Scratch scratch = new Scratch(new AlteredKernel(Lacks.NOTHING).linux(), folder)) {
      String path = scratch.layer("layer", "file").toString();
      LayerStack stack;
      try (Fd open = scratch.linux.files().openat(Fd.WORKING_FOLDER, path, Fcntl.O_PATH, 0)) {
        stack = LayerStack.ofOpen(scratch.linux, List.of(open));
      }
      try (stack;
          WritableLayer writable = scratch.writable(stack);
          Fd mount = stack.mount(writable, OverlayOptions.DEFAULTS)) {
        assertThat(Scratch.names(Scratch.root(mount))).containsExactly("file");
      }
    }
  }

  @Test
  void shouldCountALayerThatIsThereTwiceOnce() throws IOException {
    try (Scratch scratch = new Scratch(new AlteredKernel(Lacks.NOTHING).linux(), folder)) {
      Path a = scratch.layer("a", "file");
      Path b = scratch.layer("b", "file", "below");
      try (LayerStack stack = LayerStack.open(scratch.linux, List.of(a, b, a));
          WritableLayer writable = scratch.writable(stack);
          Fd mount = stack.mount(writable, OverlayOptions.DEFAULTS)) {
        assertThat(stack.layers()).hasSize(2);
        assertThat(Scratch.root(mount).resolve("file")).hasContent("a");
      }
    }
  }

  @Test
  void shouldTakeOverOwnerAndPermissionsOfTheUppermostRoot() throws IOException {
    try (Scratch scratch = new Scratch(new AlteredKernel(Lacks.NOTHING).linux(), folder)) {
      Path top = scratch.layer("top");
      Files.setAttribute(top, "unix:mode", 01775);
      Files.setAttribute(top, "unix:uid", 1000);
      Files.setAttribute(top, "unix:gid", 70000);
      try (LayerStack stack = LayerStack.open(scratch.linux, List.of(top, scratch.layer("base")));
          WritableLayer writable = scratch.writable(stack);
          Fd mount = stack.mount(writable, OverlayOptions.DEFAULTS)) {
        assertThat(Files.readAttributes(Scratch.root(mount), "unix:mode,uid,gid"))
            .containsEntry("mode", 041775)
            .containsEntry("uid", 1000)
            .containsEntry("gid", 70000);
      }
    }
  }

  @Test
  void shouldRefuseMoreLayersThanLinuxMounts() throws IOException {
    try (Scratch scratch = new Scratch(new AlteredKernel(Lacks.NOTHING).linux(), folder)) {
      assertThatThrownBy(() -> LayerStack.open(scratch.linux, layers))
          .isInstanceOf(OverlayException.class)
          .hasMessage(
              "501 layers are more than the 500 that Linux mounts in one overlay; squash"
                  + " some of them");
      assertThatThrownBy(() -> LayerStack.open(scratch.linux, List.of()))
          .hasMessage("an overlay needs at least one layer");
    }
  }

  @Test
  void shouldNameTheLayerThatIsMissingOrNoFolder() throws IOException {
    try (Scratch scratch = new Scratch(new AlteredKernel(Lacks.NOTHING).linux(), folder)) {
      Path layer = scratch.layer("layer", "file");

      assertThatThrownBy(
              () -> LayerStack.open(scratch.linux, List.of(layer, folder.resolve("missing"))))
          .isInstanceOf(OverlayException.class)
          .hasMessageStartingWith("layer 2 of 2, " + folder + "/missing: openat(")
          .hasMessageEndingWith("ENOENT (No such file or directory)");
      assertThatThrownBy(() -> LayerStack.open(scratch.linux, List.of(layer.resolve("file"))))
          .hasMessageStartingWith("layer 1 of 1, " + layer + "/file: ")
          .hasMessageEndingWith("ENOTDIR (Not a directory)");
    }
  }

  @ParameterizedTest
  @EnumSource(Lacks.class)
  void shouldNameTheLayerThatLiesInAnother(Lacks lacks) throws IOException {
    try (Scratch scratch = new Scratch(new AlteredKernel(lacks).linux(), folder)) {
      List<Path> nested = new ArrayList<>(scratch.layers(20));
      nested.add(scratch.layer("layer-3/inner/most"));
      try (LayerStack stack = LayerStack.open(scratch.linux, nested);
          WritableLayer writable = scratch.writable(stack)) {
        assertThatThrownBy(() -> stack.mount(writable, OverlayOptions.DEFAULTS))
            .isInstanceOf(OverlayException.class)
            .hasMessageContaining("ELOOP")
            .hasMessageEndingWith(
                "layer 21 of 21, %s/layer-3/inner/most lies in layer 4 of 21, %s/layer-3"
                    .formatted(folder, folder));
      }
    }
  }

  @Test
  void shouldTakeALayerThatHoldsTheWritableOneAsTheHostsRootDoes() throws IOException {
    try (Scratch scratch = new Scratch(new AlteredKernel(Lacks.NOTHING).linux(), folder);
        LayerStack stack = LayerStack.open(scratch.linux, List.of(scratch.layer(".", "file")));
        WritableLayer writable = scratch.writable(stack);
        Fd mount = stack.mount(writable, OverlayOptions.DEFAULTS)) {
      Files.delete(Scratch.root(mount).resolve("file"));

      assertThat(Scratch.names(Scratch.root(mount))).containsExactly("container");
      assertThat(folder.resolve("file")).exists();
    }
  }

  @Test
  void shouldSayWhatIsWrongWithAnUpperThatWasVolatile() throws IOException {
    try (Scratch scratch = new Scratch(new AlteredKernel(Lacks.NOTHING).linux(), folder);
        LayerStack stack = LayerStack.open(scratch.linux, scratch.layers(2));
        WritableLayer writable = scratch.writable(stack)) {
      stack.mount(writable, OverlayOptions.THROW_AWAY).close();

      assertThatThrownBy(() -> stack.mount(writable, OverlayOptions.DEFAULTS))
          .isInstanceOf(OverlayException.class)
          .hasMessageStartingWith("cannot mount an overlay of 2 layers: ")
          .hasMessageContaining("EINVAL")
          .hasMessageContaining("was mounted with `volatile` before");
    }
  }

  @Test
  void shouldKeepTheCauseAndLeaveNothingWhenTheMountFails() throws IOException {
    try (Scratch scratch = new Scratch(new AlteredKernel(Lacks.LAYERS_ONE_BY_ONE).linux(), folder);
        LayerStack stack = LayerStack.open(scratch.linux, layers.subList(0, 30));
        WritableLayer writable = scratch.writable(stack)) {
      Files.delete(folder.resolve("container/upper"));

      assertThatThrownBy(() -> stack.mount(writable, OverlayOptions.DEFAULTS))
          .isInstanceOfSatisfying(
              OverlayException.class,
              e ->
                  assertThat(e.getCause())
                      .isInstanceOfSatisfying(
                          LinuxException.class,
                          cause -> assertThat(cause.errno()).isEqualTo(Errno.ENOENT)));
    }
  }
}
