package io.lighter.runtime.resources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.runtime.spec.IntelRdt;
import io.lighter.runtime.spec.UnsupportedSpecException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On folders: whoever makes or removes a group here plays the kernel, too. */
class ResctrlTest {
  @TempDir private Path root;
  private Resctrl resctrl;

  @BeforeEach
  void mount() throws IOException {
    Files.writeString(root.resolve("schemata"), "    L3:0=fffff;1=fffff\n    MB:0=100;1=100\n");
    Files.createDirectories(root.resolve("info"));
    Files.writeString(root.resolve("info/last_cmd_status"), "mask f0f has non-consecutive 1-bits");
    resctrl = Resctrl.at(root);
  }

  private static IntelRdt wanted(
      @Nullable String closId,
      List<String> schemata,
      @Nullable String cache,
      @Nullable String bandwidth,
      boolean monitoring) {
    return new IntelRdt(closId, schemata, cache, bandwidth, monitoring);
  }

  /** In the real file system the files of a group do not stand in the way of its removal. */
  private static void clear(Path group) throws IOException {
    Files.deleteIfExists(group.resolve("schemata"));
    Files.deleteIfExists(group.resolve("tasks"));
    Files.deleteIfExists(group.resolve("mon_groups"));
  }

  @Test
  void shouldMakeAGroupOfTheContainersNameAndRemoveIt() throws IOException {
    Resctrl.Group group = resctrl.create(wanted(null, List.of(), "L3:0=f", "MB:0=20", false), "c1");
    group.addTask(42);

    assertThat(group.folder()).isEqualTo(root.resolve("c1"));
    assertThat(root.resolve("c1/schemata")).hasContent("L3:0=f\nMB:0=20");
    assertThat(root.resolve("c1/tasks")).hasContent("42");
    assertThat(group.monitoring()).isNull();

    clear(group.folder());
    group.remove();
    group.remove();
    assertThat(root.resolve("c1")).doesNotExist();
  }

  @Test
  void shouldWriteTheBandwidthOnceAndTheOtherSchemataLast() {
    resctrl.create(
        wanted(null, List.of("L2:0=f", "SMBA:0=5"), "L3:0=f\nMB:0=70\n", "MB:0=20", false), "c1");

    assertThat(root.resolve("c1/schemata")).hasContent("L3:0=f\nMB:0=20\nL2:0=f\nSMBA:0=5");
  }

  @Test
  void shouldWriteNoSchemataWhenNoneAreAskedFor() {
    resctrl.create(wanted(null, List.of(), null, null, false), "c1");

    assertThat(root.resolve("c1")).isEmptyDirectory();
  }

  @Test
  void shouldMonitorInAGroupOfTheContainersName() throws IOException {
    Files.createDirectories(root.resolve("gold/mon_groups"));
    Resctrl.Group group = resctrl.create(wanted("gold", List.of(), null, null, true), "c1");
    group.addTask(42);
    Path monitoring = root.resolve("gold/mon_groups/c1");

    assertThat(group.monitoring()).isEqualTo(monitoring);
    assertThat(root.resolve("gold/tasks")).hasContent("42");
    assertThat(monitoring.resolve("tasks")).hasContent("42");

    clear(monitoring);
    group.remove();
    assertThat(monitoring).doesNotExist();
    assertThat(root.resolve("gold")).as("others may use it").exists();
  }

  @Test
  void shouldMakeAClassOfServiceAndLeaveItForOthers() {
    IntelRdt wanted = wanted("gold", List.of("L3:0=f0;1=f"), null, null, false);
    resctrl.create(wanted, "c1").remove();

    assertThat(root.resolve("gold/schemata")).hasContent("L3:0=f0;1=f");
    assertThat(resctrl.create(wanted, "c2").folder()).isEqualTo(root.resolve("gold"));
  }

  @Test
  void shouldCompareAnExistingClassAsTheKernelWritesIt() throws IOException {
    Path gold = Files.createDirectory(root.resolve("gold"));
    Files.writeString(gold.resolve("schemata"), "    L3:0=000F0;1=0000f\n    MB:0= 20;1=100\n");

    resctrl.create(wanted("gold", List.of(), "L3:1=f;0=0f0", "MB:0=20", false), "c1");
    assertThatThrownBy(
            () -> resctrl.create(wanted("gold", List.of("MB:0=30"), null, null, false), "c1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("linux.intelRdt")
        .hasMessageContaining("has not MB:0=30 but 20");
    assertThat(gold).exists();
  }

  @Test
  void shouldRefuseAMissingClassThatItCannotMake() {
    assertThatThrownBy(() -> resctrl.create(wanted("gold", List.of(), null, null, true), "c1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("linux.intelRdt.closID");
    assertThat(root.resolve("gold")).doesNotExist();
  }

  @Test
  void shouldTakeTheRootForTheDefaultClassAndNeverRemoveIt() {
    Resctrl.Group group = resctrl.create(wanted("/", List.of("MB:0=100"), null, null, false), "c1");
    group.remove();

    assertThat(group.folder()).isEqualTo(root);
    assertThat(root).exists();
  }

  @Test
  void shouldSayWhatTheKernelSaysAndLeaveNoGroupBehind() throws IOException {
    Path gold = root.resolve("gold");
    Resctrl.Group group = resctrl.create(wanted(null, List.of(), null, null, false), "c1");
    Files.createDirectory(root.resolve("c1/tasks"));

    assertThatThrownBy(() -> group.addTask(7))
        .isInstanceOf(ResctrlException.class)
        .hasMessageContaining("linux.intelRdt: cannot write \"7\" to " + root.resolve("c1/tasks"))
        .hasMessageContaining("(mask f0f has non-consecutive 1-bits)");
    assertThatThrownBy(
            () -> resctrl.create(wanted(null, List.of("L3:0=f"), null, null, false), "c1"))
        .as("a group of that id, which is another container's")
        .isInstanceOf(ResctrlException.class);
    assertThatThrownBy(
            () -> resctrl.create(wanted("gold", List.of("L3:0=\ud800"), null, null, true), "c1"))
        .as("cannot be written")
        .isInstanceOf(ResctrlException.class);
    assertThat(gold).doesNotExist();
  }

  @Test
  void shouldNameResctrlWhereItIsNotMounted() throws IOException {
    Files.delete(root.resolve("schemata"));

    assertThatThrownBy(() -> Resctrl.at(root))
        .isInstanceOf(UnsupportedSpecException.class)
        .hasMessageStartingWith("linux.intelRdt:")
        .hasMessageContaining("no resctrl is mounted at " + root);
  }
}
