package io.lighter.runtime.launch;

import io.lighter.linux.LaunchProgram.Parameter;
import io.lighter.linux.LaunchProgram.TextParameter;
import io.lighter.runtime.spec.NamespaceType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is filled into a launch program before each start: descriptors that the parent has opened.
 *
 * @param root the detached mount that becomes the container's root
 * @param readonlyRoot the MS_ bits of mount(2) that make the root read-only and leave it as it is
 *     otherwise, where mount_setattr is missing; null where nothing asks for it
 * @param network a network namespace to join, or null when the plan makes one or uses the host's
 * @param trees the detached trees that become mounts of the container, in their order
 * @param terminal the devpts of a container with a terminal, otherwise null
 * @param stdin what becomes descriptor 0; with a terminal its slave side
 * @param stdout what becomes descriptor 1
 * @param stderr what becomes descriptor 2
 * @param extra what become descriptors 3 and up
 * @param joined namespaces that the child joins
 * @param enteredBefore namespaces that the launching thread is in at the birth
 * @param rendezvous the pipes where the child waits at its gates, or null when it has none
 */
public record LaunchInputs(
    Parameter root,
    @Nullable Parameter readonlyRoot,
    @Nullable Parameter network,
    List<TreeInput> trees,
    @Nullable TerminalInput terminal,
    Parameter stdin,
    Parameter stdout,
    Parameter stderr,
    List<Parameter> extra,
    List<NamespaceInput> joined,
    List<NamespaceInput> enteredBefore,
    @Nullable RendezvousInput rendezvous) {

  public LaunchInputs {
    trees = List.copyOf(trees);
    extra = List.copyOf(extra);
    joined = List.copyOf(joined);
    enteredBefore = List.copyOf(enteredBefore);
  }

  /** A detached tree of mounts that the parent makes for each start. */
  public sealed interface TreeInput {
    /** Returns what takes the tree. */
    Parameter parameter();

    /** Returns where it is mounted in the container. */
    String destination();
  }

  /**
   * A namespace to join.
   *
   * @param parameter takes its descriptor
   * @param type of which kind it must be
   * @param path the file that names it on the host
   * @param flag its CLONE_NEW bit
   */
  public record NamespaceInput(Parameter parameter, NamespaceType type, String path, long flag) {}

  /** The paths of the two pipes of a {@link Rendezvous}. */
  public record RendezvousInput(TextParameter fromInit, TextParameter toInit) {}

  /**
   * One bind mount.
   *
   * @param source the path on the host
   * @param recursive whether the mounts below the source come along
   * @param followed whether a symbolic link at the source is followed, or bound itself
   * @param attributes how the tree is changed before it is handed over, in this order
   * @param ids how the ids of the files are mapped, or null
   */
  public record BindInput(
      Parameter parameter,
      String destination,
      String source,
      boolean recursive,
      boolean followed,
      List<AttributeChange> attributes,
      @Nullable IdMap ids)
      implements TreeInput {
    public BindInput {
      attributes = List.copyOf(attributes);
    }
  }

  /**
   * A mapping of ids, as {@code /proc/PID/uid_map} takes it: lines of the first id that is stored,
   * the first id that appears, and how many.
   *
   * @param recursive whether it is for all mounts of the tree
   */
  public record IdMap(String uids, String gids, boolean recursive) {}

  /**
   * A tmpfs that begins with what the image has at its place.
   *
   * @param options of the file system, {@code key} or {@code key=value}
   * @param attributes MOUNT_ATTR_ bits of the mount
   */
  public record FilledTmpfsInput(
      Parameter parameter, String destination, List<String> options, long attributes)
      implements TreeInput {
    public FilledTmpfsInput {
      options = List.copyOf(options);
    }
  }

  /**
   * The container's own cgroup.
   *
   * @param attributes MOUNT_ATTR_ bits of the mount
   */
  public record CgroupInput(Parameter parameter, String destination, long attributes)
      implements TreeInput {}

  /**
   * The devpts that the parent makes, because it keeps the master of the terminal.
   *
   * @param parameter takes the detached mount
   * @param options of the file system, {@code key} or {@code key=value}
   * @param attributes MOUNT_ATTR_ bits of the mount
   */
  public record TerminalInput(Parameter parameter, List<String> options, long attributes) {
    public TerminalInput {
      options = List.copyOf(options);
    }
  }

  /**
   * A change of mount attributes, as mount_setattr(2) takes it.
   *
   * @param recursive whether it is for the whole tree
   * @param set MOUNT_ATTR_ bits to set
   * @param clear MOUNT_ATTR_ bits to clear
   * @param propagation MS_PRIVATE and its like, or 0
   */
  public record AttributeChange(boolean recursive, long set, long clear, long propagation) {}
}
