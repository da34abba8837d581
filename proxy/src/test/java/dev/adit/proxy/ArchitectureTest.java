package dev.adit.proxy;

import dev.adit.architecture.ModuleRules;

class ArchitectureTest extends ModuleRules {}
