package io.lighter.overlay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.LinuxException;
import io.lighter.overlay.AlteredKernel.Lacks;
import io.lighter.testing.LeavesNothing;
import io.lighter.testing.RequiresRoot;
import io.lighter.testing.Resource;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What only a kernel does that takes layers by descriptor. */
@RequiresRoot
@LeavesNothing(except = Resource.CGROUP)
class OverlayContextTest {
  @TempDir Path folder;

  @BeforeEach
  void needsLayersByDescriptor() {
    Linux linux = Linux.kernel();
    try (Scratch scratch = new Scratch(linux, folder)) {
      assumeTrue(
          LayerSyntax.of(linux.mounts(), scratch.parent, "") == LayerSyntax.DESCRIPTORS,
          "needs Linux 6.13 or newer");
    }
  }

  @ParameterizedTest
  @CsvSource({"NOTHING, 1, 13", "NOTHING, 10, 22", "LAYERS_ONE_BY_ONE, 10, 12"})
  void shouldMakeFewSystemCalls(Lacks lacks, int layers, int expected) throws IOException {
    AlteredKernel kernel = new AlteredKernel(lacks);
    try (Scratch scratch = new Scratch(kernel.linux(), folder);
        LayerStack stack = LayerStack.open(scratch.linux, scratch.layers(layers));
        WritableLayer writable = scratch.writable(stack)) {
      int before = kernel.count.get();

      // fsopen, a call a layer, three options, index and uuid, upper and work folder, the
      // superblock, fsmount, the check that it can be written, close.
      try (Fd mount = stack.mount(writable, OverlayOptions.DEFAULTS)) {
        assertThat(mount.isOpen()).isTrue();
        assertThat(kernel.count.get() - before).isEqualTo(expected);
      }
    }
  }

  @Test
  void shouldSayWhatTheKernelSays() throws IOException {
    AlteredKernel kernel = new AlteredKernel(Lacks.NOTHING);
    try (Scratch scratch = new Scratch(kernel.linux(), folder);
        LayerStack stack = LayerStack.open(scratch.linux, scratch.layers(1));
        OverlayContext context = new OverlayContext(scratch.linux)) {
      assertThat(stack.layers()).hasSize(1);
      assertThatThrownBy(() -> context.set("no-such-option", "1"))
          .isInstanceOf(LinuxException.class);
      assertThat(context.takeMessages()).isEqualTo("overlay: Unknown parameter 'no-such-option'");
      assertThat(context.takeMessages()).isEmpty();
    }
  }
}
