package io.lighter.runtime.network;

import io.lighter.testing.KernelTest;

/** The same on Linux 6.1, where a device that is up cannot be renamed. */
@KernelTest
class NetworkDevicesKernelTest extends NetworkDevicesTest {}
