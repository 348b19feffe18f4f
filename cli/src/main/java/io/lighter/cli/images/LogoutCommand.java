package io.lighter.cli.images;

import io.lighter.cli.flags.Flags;
import io.lighter.images.reference.Reference;
import java.util.List;
import org.apache.commons.cli.Option;

/** {@code lighter logout}. */
final class LogoutCommand implements ImageCommand {
  @Override
  public String usage() {
    return "logout [SERVER]";
  }

  @Override
  public String description() {
    return "Forget the credentials of a registry";
  }

  @Override
  public List<Option> flags() {
    return List.of();
  }

  @Override
  public int least() {
    return 0;
  }

  @Override
  public int most() {
    return 1;
  }

  @Override
  public int run(Flags flags, ImageSession session) {
    String domain =
        flags.operands().isEmpty()
            ? Reference.DEFAULT_DOMAIN
            : LoginCommand.domain(flags.operands().getFirst());
    boolean known = RegistryAccess.credentials(session).find(domain) != null;
    RegistryAccess.credentials(session).erase(domain);
    session
        .out()
        .println(known ? "Removing login credentials for " + domain : "Not logged in to " + domain);
    return 0;
  }
}
