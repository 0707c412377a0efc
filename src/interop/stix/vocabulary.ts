/** A list of words of section 10 of STIX 2.1. */
export type Vocabulary = { readonly name: string; readonly section: string; readonly words: ReadonlySet<string> };

function words(name: string, section: string, list: string): Vocabulary {
  return { name, section, words: new Set(list.split(/\s+/)) };
}

/** Suggested lists: other values may stand. */
export const OPEN = {
  accountType: words('account-type-ov', '10.1', 'facebook ldap nis openid radius skype tacacs twitter unix windows-local windows-domain'),
  motivation: words(
    'attack-motivation-ov',
    '10.2',
    'accidental coercion dominance ideology notoriety organizational-gain personal-gain personal-satisfaction revenge unpredictable',
  ),
  resourceLevel: words('attack-resource-level-ov', '10.3', 'individual club contest team organization government'),
  groupingContext: words('grouping-context-ov', '10.6', 'suspicious-activity malware-analysis unspecified'),
  identityClass: words('identity-class-ov', '10.8', 'individual group system organization class unknown'),
  implementationLanguage: words(
    'implementation-language-ov',
    '10.9',
    `applescript bash c c++ c# go java javascript lua objective-c perl php powershell python ruby rust scala swift typescript visual-basic
    x86-32 x86-64`,
  ),
  indicatorType: words('indicator-type-ov', '10.10', 'anomalous-activity anonymization benign compromised malicious-activity attribution unknown'),
  industrySector: words(
    'industry-sector-ov',
    '10.11',
    `agriculture aerospace automotive chemical commercial communications construction defense education energy entertainment
    financial-services government emergency-services government-local government-national government-public-services government-regional
    healthcare hospitality-leisure infrastructure dams nuclear water insurance legal manufacturing mining non-profit pharmaceuticals retail
    technology telecommunications transportation utilities`,
  ),
  infrastructureType: words(
    'infrastructure-type-ov',
    '10.12',
    `amplification anonymization botnet command-and-control control-system exfiltration firewall hosting-malware hosting-target-lists
    phishing reconnaissance routers-switches staging workstation unknown`,
  ),
  malwareCapabilities: words(
    'malware-capabilities-ov',
    '10.13',
    `accesses-remote-machines anti-debugging anti-disassembly anti-emulation anti-memory-forensics anti-sandbox anti-vm
    captures-input-peripherals captures-output-peripherals captures-system-state-data cleans-traces-of-infection commits-fraud
    communicates-with-c2 compromises-data-availability compromises-data-integrity compromises-system-availability
    controls-local-machine degrades-security-software degrades-system-updates determines-c2-server emails-spam escalates-privileges
    evades-av exfiltrates-data fingerprints-host hides-artifacts hides-executing-code infects-files infects-remote-machines
    installs-other-components persists-after-system-reboot prevents-artifact-access prevents-artifact-deletion
    probes-network-environment self-modifies steals-authentication-credentials violates-system-operational-integrity`,
  ),
  malwareResult: words('malware-result-ov', '10.14', 'malicious suspicious benign unknown'),
  malwareType: words(
    'malware-type-ov',
    '10.15',
    `adware backdoor bot bootkit ddos downloader dropper exploit-kit keylogger ransomware remote-access-trojan resource-exploitation
    rogue-security-software rootkit screen-capture spyware trojan unknown virus webshell wiper worm`,
  ),
  patternType: words('pattern-type-ov', '10.19', 'stix pcre sigma snort suricata yara'),
  processorArchitecture: words('processor-architecture-ov', '10.20', 'alpha arm ia-64 mips powerpc sparc x86 x86-64'),
  region: words(
    'region-ov',
    '10.21',
    `africa eastern-africa middle-africa northern-africa southern-africa western-africa americas caribbean central-america
    latin-america-caribbean northern-america south-america asia central-asia eastern-asia southern-asia south-eastern-asia western-asia
    europe eastern-europe northern-europe southern-europe western-europe oceania antarctica australia-new-zealand melanesia micronesia
    polynesia`,
  ),
  reportType: words(
    'report-type-ov',
    '10.22',
    'attack-pattern campaign identity indicator intrusion-set malware observed-data threat-actor threat-report tool vulnerability',
  ),
  threatActorType: words(
    'threat-actor-type-ov',
    '10.23',
    'activist competitor crime-syndicate criminal hacker insider-accidental insider-disgruntled nation-state sensationalist spy terrorist unknown',
  ),
  threatActorRole: words(
    'threat-actor-role-ov',
    '10.24',
    'agent director independent infrastructure-architect infrastructure-operator malware-author sponsor',
  ),
  sophistication: words('threat-actor-sophistication-ov', '10.25', 'none minimal intermediate advanced expert innovator strategic'),
  toolType: words(
    'tool-type-ov',
    '10.26',
    `denial-of-service exploitation information-gathering network-capture credential-exploitation remote-access vulnerability-scanning
    unknown`,
  ),
  peType: words('windows-pebinary-type-ov', '10.28', 'dll exe sys'),
} as const;

/** Closed lists: nothing else may stand. */
export const CLOSED = {
  encryption: words('encryption-algorithm-enum', '10.4', 'AES-256-GCM ChaCha20-Poly1305 mime-type-indicated'),
  extensionType: words('extension-type-enum', '10.5', 'new-sdo new-sco new-sro property-extension toplevel-property-extension'),
  addressFamily: words('network-socket-address-family-enum', '10.16', 'AF_UNSPEC AF_INET AF_IPX AF_APPLETALK AF_NETBIOS AF_INET6 AF_IRDA AF_BTH'),
  socketType: words('network-socket-type-enum', '10.17', 'SOCK_STREAM SOCK_DGRAM SOCK_RAW SOCK_RDM SOCK_SEQPACKET'),
  opinion: words('opinion-enum', '10.18', 'strongly-disagree disagree neutral agree strongly-agree'),
  integrityLevel: words('windows-integrity-level-enum', '10.27', 'low medium high system'),
  registryDatatype: words(
    'windows-registry-datatype-enum',
    '10.29',
    `REG_NONE REG_SZ REG_EXPAND_SZ REG_BINARY REG_DWORD REG_DWORD_BIG_ENDIAN REG_DWORD_LITTLE_ENDIAN REG_LINK REG_MULTI_SZ
    REG_RESOURCE_LIST REG_FULL_RESOURCE_DESCRIPTION REG_RESOURCE_REQUIREMENTS_LIST REG_QWORD REG_INVALID_TYPE`,
  ),
  serviceStart: words(
    'windows-service-start-type-enum',
    '10.30',
    'SERVICE_AUTO_START SERVICE_BOOT_START SERVICE_DEMAND_START SERVICE_DISABLED SERVICE_SYSTEM_ALERT',
  ),
  serviceType: words(
    'windows-service-type-enum',
    '10.31',
    'SERVICE_KERNEL_DRIVER SERVICE_FILE_SYSTEM_DRIVER SERVICE_WIN32_OWN_PROCESS SERVICE_WIN32_SHARE_PROCESS',
  ),
  serviceStatus: words(
    'windows-service-status-enum',
    '10.32',
    `SERVICE_CONTINUE_PENDING SERVICE_PAUSE_PENDING SERVICE_PAUSED SERVICE_RUNNING SERVICE_START_PENDING SERVICE_STOP_PENDING
    SERVICE_STOPPED`,
  ),
  specVersion: words('specification version', '3.2', '2.0 2.1'),
} as const;
