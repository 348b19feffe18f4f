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
 * @param network a network namespace to join, or null when the plan makes one or uses the host's
 * @param binds the detached trees that become the bind mounts, in the order of the mounts
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
    @Nullable Parameter network,
    List<BindInput> binds,
    @Nullable TerminalInput terminal,
    Parameter stdin,
    Parameter stdout,
    Parameter stderr,
    List<Parameter> extra,
    List<NamespaceInput> joined,
    List<NamespaceInput> enteredBefore,
    @Nullable RendezvousInput rendezvous) {

  public LaunchInputs {
    binds = List.copyOf(binds);
    extra = List.copyOf(extra);
    joined = List.copyOf(joined);
    enteredBefore = List.copyOf(enteredBefore);
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
   * @param parameter takes the detached tree
   * @param destination where it is mounted in the container, for errors
   * @param source the path on the host
   * @param recursive whether the mounts below the source come along
   * @param attributes how the tree is changed before it is handed over
   */
  public record BindInput(
      Parameter parameter,
      String destination,
      String source,
      boolean recursive,
      List<AttributeChange> attributes) {
    public BindInput {
      attributes = List.copyOf(attributes);
    }
  }

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
