/** Text as an attacker writes it into a log, in the fields a console shows. */
export const IMAGE = "<img src=x onerror=alert(1)>";
export const FORMULA = '=HYPERLINK("http://192.0.2.1/x","xem")';
const ESC = "\u001b";
export const TERMINAL = `${ESC}]0;pwned\u0007${ESC}[2J${ESC}[31mđỏ${ESC}[0m`;
export const OVERRIDE = "hóa-đơn\u202efdp.exe";
const LONG = "xin-chào-".repeat(1_200);

/** Deletes shadow copies (a rule of ours fires), and every field of the record is poisoned. */
export function poisonedRecord(at: Date): string {
  return JSON.stringify({
    EventTime: at.toISOString(),
    Hostname: IMAGE,
    EventID: 1,
    SourceName: "Microsoft-Windows-Sysmon",
    Channel: "Microsoft-Windows-Sysmon/Operational",
    Image: "C:\\Windows\\System32\\vssadmin.exe",
    OriginalFileName: "vssadmin.exe",
    CommandLine: `vssadmin.exe delete shadows /all <script>alert(2)</script> ${OVERRIDE} ${TERMINAL} \u0000`,
    User: FORMULA,
    ParentImage: `C:\\${LONG}.exe`,
    "<svg onload=alert(3)>": "javascript:alert(4)",
    SourceModuleType: "im_msvistalog",
  });
}

/** A line no parser knows. */
export const poisonedLine = `${IMAGE}"'\`{{constructor.constructor('alert(5)')()}} ${TERMINAL} ${OVERRIDE} \u0000 ${LONG}`;
