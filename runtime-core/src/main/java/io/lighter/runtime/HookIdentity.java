package io.lighter.runtime;

import java.nio.file.Path;

/**
 * What hooks are told of a container beside its state.
 *
 * @param id its name
 * @param bundle the folder of its configuration
 */
record HookIdentity(String id, Path bundle) {}
