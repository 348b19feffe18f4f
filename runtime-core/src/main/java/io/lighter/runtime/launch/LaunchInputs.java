package io.lighter.runtime.launch;

import io.lighter.linux.LaunchProgram.Parameter;
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
 */
public record LaunchInputs(
    Parameter root,
    @Nullable Parameter network,
    List<BindInput> binds,
    @Nullable TerminalInput terminal,
    Parameter stdin,
    Parameter stdout,
    Parameter stderr) {

  public LaunchInputs {
    binds = List.copyOf(binds);
  }

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
