package io.lighter.cli.options;

import io.lighter.cli.flags.InvalidValueException;
import io.lighter.cli.flags.UsageException;
import io.lighter.images.manifest.ContainerConfig;
import io.lighter.runtime.UserRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Fills in what an image says and the command line does not, by Docker's rules. */
public final class ImageDefaults {
  /** An image that could have other files there would say to programs what the kernel does not. */
  private static final Pattern OF_THE_KERNEL = Pattern.compile("/(proc|sys)(/.*)?|/dev");

  private ImageDefaults() {}

  /**
   * Returns the options with the image's own settings.
   *
   * @throws UsageException when there is no command, or the image says what cannot be
   */
  public static RunOptions apply(RunOptions options, ContainerConfig image) {
    ProcessOptions asked = options.process();
    Unsaid unsaid = options.unsaid();
    List<String> environment = new ArrayList<>(image.env());
    environment.addAll(asked.environment());
    ProcessOptions process =
        new ProcessOptions(
            command(asked, unsaid, image),
            environment,
            unsaid.workingFolder() ? workingFolder(image) : asked.workingFolder(),
            unsaid.user() ? user(asked, image) : asked.user(),
            asked.interactive(),
            asked.terminal(),
            asked.passSignals());
    return options
        .with(process, lifecycle(options.lifecycle(), unsaid, image))
        .with(volumes(options.mounts(), image));
  }

  /** What is mounted at a volume's path by the command line stands for the volume. */
  private static MountOptions volumes(MountOptions asked, ContainerConfig image) {
    List<MountRequest> mounts = new ArrayList<>(asked.mounts());
    for (String path : image.volumes().stream().sorted().toList()) {
      String target = volume(path);
      if (mounts.stream().noneMatch(one -> one.mount().destination().equals(target))) {
        mounts.add(MountRequest.volume(target));
      }
    }
    return asked.with(List.copyOf(mounts));
  }

  private static String volume(String path) {
    try {
      String target = ContainerPath.target(path);
      if (OF_THE_KERNEL.matcher(target).matches()) {
        throw new InvalidValueException("what the kernel shows there is no file of the image");
      }
      return target;
    } catch (InvalidValueException e) {
      throw new UsageException("the volume of the image, \"" + path + "\": " + e.getMessage());
    }
  }

  private static List<String> command(ProcessOptions asked, Unsaid unsaid, ContainerConfig image) {
    List<String> command = new ArrayList<>();
    if (unsaid.entrypoint()) {
      command.addAll(image.entrypoint());
      command.addAll(asked.command().isEmpty() ? image.cmd() : asked.command());
    } else {
      command.addAll(asked.command());
    }
    if (command.isEmpty()) {
      throw new UsageException("no command specified, and the image has none");
    }
    if (command.getFirst().isEmpty()) {
      throw new UsageException("the command is an empty string");
    }
    return command;
  }

  private static String workingFolder(ContainerConfig image) {
    String folder = image.workingDir();
    return folder.isEmpty()
        ? "/"
        : ContainerPath.clean(folder.startsWith("/") ? folder : "/" + folder);
  }

  private static UserRequest user(ProcessOptions asked, ContainerConfig image) {
    if (image.user().isEmpty()) {
      return asked.user();
    }
    try {
      return UserRequest.parse(image.user()).withAdditionalGroups(asked.user().additionalGroups());
    } catch (IllegalArgumentException e) {
      throw new UsageException(
          "the user of the image, \"" + image.user() + "\": " + e.getMessage());
    }
  }

  private static LifecycleOptions lifecycle(
      LifecycleOptions asked, Unsaid unsaid, ContainerConfig image) {
    String signal = image.stopSignal();
    if (!unsaid.stopSignal() || signal == null) {
      return asked;
    }
    try {
      return asked.withStopSignal(SignalName.parse(signal));
    } catch (InvalidValueException e) {
      throw new UsageException("the stop signal of the image: " + e.getMessage());
    }
  }
}
