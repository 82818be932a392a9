/**
 * IANA's IPFIX information elements (https://www.iana.org/assignments/ipfix) that exporters in the field send: number,
 * name, kind of value. NetFlow v9 uses the same numbers. What is not here keeps its number as its name.
 */
export type ElementKind =
  | "unsigned"
  | "signed"
  | "float"
  | "boolean"
  | "mac"
  | "ip"
  | "text"
  | "octets"
  | "seconds"
  | "milliseconds"
  | "microseconds"
  | "nanoseconds";

export interface Element {
  readonly name: string;
  readonly kind: ElementKind;
}

const LISTED: Readonly<Record<ElementKind, string>> = {
  unsigned: `
    1 octetDeltaCount 2 packetDeltaCount 3 deltaFlowCount 4 protocolIdentifier 5 ipClassOfService 6 tcpControlBits
    7 sourceTransportPort 9 sourceIPv4PrefixLength 10 ingressInterface 11 destinationTransportPort
    13 destinationIPv4PrefixLength 14 egressInterface 16 bgpSourceAsNumber 17 bgpDestinationAsNumber
    19 postMCastPacketDeltaCount 20 postMCastOctetDeltaCount 21 flowEndSysUpTime 22 flowStartSysUpTime
    23 postOctetDeltaCount 24 postPacketDeltaCount 25 minimumIpTotalLength 26 maximumIpTotalLength
    29 sourceIPv6PrefixLength 30 destinationIPv6PrefixLength 31 flowLabelIPv6 32 icmpTypeCodeIPv4 33 igmpType
    34 samplingInterval 35 samplingAlgorithm 36 flowActiveTimeout 37 flowIdleTimeout 38 engineType 39 engineId
    40 exportedOctetTotalCount 41 exportedMessageTotalCount 42 exportedFlowRecordTotalCount 46 mplsTopLabelType
    48 samplerId 49 samplerMode 50 samplerRandomInterval 52 minimumTTL 53 maximumTTL 54 fragmentIdentification
    55 postIpClassOfService 58 vlanId 59 postVlanId 60 ipVersion 61 flowDirection 64 ipv6ExtensionHeaders
    85 octetTotalCount 86 packetTotalCount 88 fragmentOffset 89 forwardingStatus
    128 bgpNextAdjacentAsNumber 129 bgpPrevAdjacentAsNumber 136 flowEndReason 137 commonPropertiesId
    138 observationPointId 139 icmpTypeCodeIPv6 141 lineCardId 142 portId 143 meteringProcessId 144 exportingProcessId
    145 templateId 148 flowId 149 observationDomainId 161 flowDurationMilliseconds 162 flowDurationMicroseconds
    163 observedFlowTotalCount 164 ignoredPacketTotalCount 165 ignoredOctetTotalCount 166 notSentFlowTotalCount
    167 notSentPacketTotalCount 168 notSentOctetTotalCount 173 flowKeyIndicator 176 icmpTypeIPv4 177 icmpCodeIPv4
    178 icmpTypeIPv6 179 icmpCodeIPv6 180 udpSourcePort 181 udpDestinationPort 182 tcpSourcePort 183 tcpDestinationPort
    184 tcpSequenceNumber 185 tcpAcknowledgementNumber 186 tcpWindowSize 189 ipHeaderLength 190 totalLengthIPv4
    191 payloadLengthIPv6 192 ipTTL 193 nextHeaderIPv6 195 ipDiffServCodePoint 196 ipPrecedence 197 fragmentFlags
    198 octetDeltaSumOfSquares 204 ipPayloadLength 205 udpMessageLength 206 isMulticast 218 tcpSynTotalCount
    219 tcpFinTotalCount 220 tcpRstTotalCount 221 tcpPshTotalCount 222 tcpAckTotalCount 223 tcpUrgTotalCount
    224 ipTotalLength 227 postNAPTSourceTransportPort 228 postNAPTDestinationTransportPort 229 natOriginatingAddressRealm
    230 natEvent 231 initiatorOctets 232 responderOctets 233 firewallEvent 234 ingressVRFID 235 egressVRFID
    239 biflowDirection 243 dot1qVlanId 244 dot1qPriority 245 dot1qCustomerVlanId 252 ingressPhysicalInterface
    253 egressPhysicalInterface 254 postDot1qVlanId 256 ethernetType 257 postIpPrecedence
    298 initiatorPackets 299 responderPackets 302 selectorId 303 informationElementId
    304 selectorAlgorithm 305 samplingPacketInterval 306 samplingPacketSpace 309 samplingSize 310 samplingPopulation
    318 selectorIdTotalPktsObserved 319 selectorIdTotalPktsSelected 346 privateEnterpriseNumber 352 layer2OctetDeltaCount
    361 portRangeStart 362 portRangeEnd 363 portRangeStepSize 364 portRangeNumPorts`,
  signed: "434 mibObjectValueInteger",
  float: "311 samplingProbability 320 absoluteError 321 relativeError",
  boolean: "276 dataRecordsReliability",
  mac: "56 sourceMacAddress 57 postDestinationMacAddress 80 destinationMacAddress 81 postSourceMacAddress",
  ip: `
    8 sourceIPv4Address 12 destinationIPv4Address 15 ipNextHopIPv4Address 18 bgpNextHopIPv4Address
    27 sourceIPv6Address 28 destinationIPv6Address 44 sourceIPv4Prefix 45 destinationIPv4Prefix
    47 mplsTopLabelIPv4Address 62 ipNextHopIPv6Address 63 bgpNextHopIPv6Address 130 exporterIPv4Address
    131 exporterIPv6Address 140 mplsTopLabelIPv6Address 169 destinationIPv6Prefix 170 sourceIPv6Prefix
    211 collectorIPv4Address 212 collectorIPv6Address 225 postNATSourceIPv4Address 226 postNATDestinationIPv4Address
    281 postNATSourceIPv6Address 282 postNATDestinationIPv6Address`,
  text: `
    82 interfaceName 83 interfaceDescription 84 samplerName 94 applicationDescription 96 applicationName 236 VRFName
    335 selectorName 371 userName 372 applicationCategoryName 373 applicationSubCategoryName 374 applicationGroupName
    459 httpRequestMethod 460 httpRequestHost 461 httpRequestTarget 462 httpMessageVersion
    468 httpUserAgent 469 httpContentType 470 httpReasonPhrase`,
  octets: `
    70 mplsTopLabelStackSection 71 mplsLabelStackSection2 72 mplsLabelStackSection3 90 mplsVpnRouteDistinguisher
    95 applicationId 104 layer2packetSectionData 313 ipHeaderPacketSection 314 ipPayloadPacketSection
    315 dataLinkFrameSection`,
  seconds: "150 flowStartSeconds 151 flowEndSeconds 322 observationTimeSeconds",
  milliseconds: `
    152 flowStartMilliseconds 153 flowEndMilliseconds 160 systemInitTimeMilliseconds 258 collectionTimeMilliseconds
    323 observationTimeMilliseconds`,
  microseconds: "154 flowStartMicroseconds 155 flowEndMicroseconds 324 observationTimeMicroseconds",
  nanoseconds: "156 flowStartNanoseconds 157 flowEndNanoseconds 325 observationTimeNanoseconds",
};

function table(): ReadonlyMap<number, Element> {
  const elements = new Map<number, Element>();
  for (const [kind, listed] of Object.entries(LISTED) as [ElementKind, string][]) {
    const words = listed.trim().split(/\s+/u);
    for (let i = 0; i < words.length; i += 2) elements.set(Number(words[i]), { name: words[i + 1] ?? "", kind });
  }
  return elements;
}

const ELEMENTS = table();

/** RFC 5103: the same elements for the way back of a two-way flow. */
const REVERSE_ENTERPRISE = 29_305;

/** Of an element nobody here knows: its number as name, its bytes as value. */
export function elementOf(id: number, enterprise: number): Element {
  const known = ELEMENTS.get(id);
  if (enterprise === 0) return known ?? { name: `ie${id}`, kind: "octets" };
  if (enterprise === REVERSE_ENTERPRISE && known !== undefined) {
    return { name: `reverse${known.name.charAt(0).toUpperCase()}${known.name.slice(1)}`, kind: known.kind };
  }
  return { name: `e${enterprise}ie${id}`, kind: "octets" };
}
