package io.lighter.overlay;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import io.lighter.testing.Resource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Containers that do things at random, one above the other: the upper of each becomes the uppermost
 * layer of the next.
 */
@RequiresRoot
@LeavesNothing(except = Resource.CGROUP)
class LayerChangesModelTest {
  private static final int CONTAINERS = 8;
  private static final int STEPS = 40;

  private final Linux linux = Linux.kernel();
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void shouldTellWhatAModelTells(long seed) throws IOException {
    Random random = new Random(seed);
    ModelFiles model = new ModelFiles(random);
    try (Scratch scratch = new Scratch(linux, folder)) {
      List<Path> layers = new ArrayList<>();
      layers.add(scratch.layer("base"));
      for (int i = 0; i < CONTAINERS; i++) {
        runContainer(scratch, layers, model, "seed " + seed + ", container " + i);
        Path layer = folder.resolve("layer-" + i);
        Files.move(folder.resolve("container/upper"), layer);
        layers.addFirst(layer);
        try (WritableLayer writable = WritableLayer.open(linux, scratch.parent, "container")) {
          scratch.remove(writable);
        }
      }
    }
  }

  private void runContainer(Scratch scratch, List<Path> layers, ModelFiles model, String which)
      throws IOException {
    try (LayerStack stack = LayerStack.open(linux, layers);
        WritableLayer writable = scratch.writable(stack);
        Fd mount = stack.mount(writable, OverlayOptions.DEFAULTS)) {
      model.commit();
      for (int i = 0; i < STEPS; i++) {
        model.step(Scratch.root(mount));
      }
      assertThat(ModelFiles.pathsOf(Scratch.root(mount))).as(which).isEqualTo(model.paths());
      assertThat(new LayerChanges(linux, stack, writable, OverlayOptions.DEFAULTS).toList())
          .as(which)
          .map(Change::toString)
          .containsExactlyElementsOf(model.changes());
    }
  }
}
