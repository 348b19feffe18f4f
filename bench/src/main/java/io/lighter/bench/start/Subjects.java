package io.lighter.bench.start;

import io.lighter.bench.machine.Workspace;
import io.lighter.runtime.spec.SpecWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes the subjects that the C program runs, with everything that they read ready before. */
final class Subjects {

  private final Workspace workspace;
  private final ContainerUnderTest container;
  private final @Nullable Path filter;
  private final int workers;

  /**
   * @param workers how many starts at once there can be
   */
  Subjects(Workspace workspace, ContainerUnderTest container, int workers) throws IOException {
    this.workspace = workspace;
    this.container = container;
    this.filter =
        FilterFile.write(container.seccomp(), workspace.folder("plans").resolve("filter.bpf"));
    this.workers = workers;
  }

  /** The lower bound. */
  DriverSubject floor() throws IOException {
    return new DriverSubject(
        "floor",
        "a C program that makes the same kernel calls and nothing else",
        workspace.programs().floor(),
        floorSlots(),
        plans(),
        List.of(),
        List.of());
  }

  FloorBreakdown breakdown() throws IOException {
    return new FloorBreakdown(
        workspace.programs().floor(), floorSlots(), workspace.folder("plans"), plan(Payload.PLAIN));
  }

  /**
   * A command-line runtime. Each worker has a folder with a mount point for the root and a bundle a
   * payload; the program mounts the overlay root before each start and unmounts it after, as an
   * engine does.
   *
   * @param given what its bundles say
   */
  DriverSubject peer(String name, Path program, String description, ContainerUnderTest given)
      throws IOException {
    Path slots = workspace.folder(name);
    for (int worker = 0; worker < workers; worker++) {
      Path slot = Files.createDirectories(slots.resolve(String.valueOf(worker)));
      Path rootfs = Files.createDirectories(slot.resolve("rootfs"));
      String cgroup = "/" + workspace.cgroup().getFileName() + "/" + name + "-" + worker;
      for (Payload payload : Payload.values()) {
        Path bundle = Files.createDirectories(slot.resolve(payload.folder()));
        SpecWriter.write(given.spec(payload, rootfs, cgroup), bundle.resolve("config.json"));
      }
    }
    return new DriverSubject(
        name,
        description,
        workspace.programs().floor(),
        slots,
        plans(),
        List.of(),
        List.of(
            program.toString(),
            "--root",
            workspace.folder(name + "-state").toString(),
            "run",
            "--bundle",
            "{slot}/{payload}",
            "{id}"));
  }

  private Path floorSlots() throws IOException {
    return workspace.folder("floor");
  }

  private DriverSubject.Plans plans() throws IOException {
    return new DriverSubject.Plans(file(Payload.PLAIN), file(Payload.STAMP), file(Payload.VIEW));
  }

  private Path file(Payload payload) throws IOException {
    Path file = workspace.folder("plans").resolve(payload.folder());
    Files.writeString(file, plan(payload).text());
    return file;
  }

  private FloorPlan plan(Payload payload) {
    return new FloorPlan(
        container.spec(payload, workspace.lower(), ""),
        workspace.lower(),
        workspace.cgroup(),
        filter,
        FloorPlan.everything());
  }
}
