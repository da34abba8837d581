package dev.adit.resolver;

import dev.adit.architecture.ModuleRules;

class ArchitectureTest extends ModuleRules {}
